import { show } from "../sources/check-arguments.ts";
import type { Source } from "../sources/source.ts";

/**
 * Checks that the page of a single-page application is there, for a source that knows it at once. Without its page, every
 * path of the application would be a 404.
 *
 * @param root as it was given, for the message
 * @throws TypeError that names the missing file
 */
export function assertPage(source: Source, page: string | undefined, root: unknown): void {
  if (page !== undefined && source.hasFile?.(page) === false) throw missingPage(page, root);
}

/** The same for a source that only `find` can ask: `onError` is told. A failure of `find` is left to the first request. */
export async function checkPage(
  source: Source,
  page: string | undefined,
  onError: (error: unknown) => void,
): Promise<void> {
  if (page === undefined || source.hasFile !== undefined) return;
  const found = await source.find(page).catch(() => "unknown" as const);
  if (found !== "unknown" && found?.kind !== "file") onError(missingPage(page, source));
}

function missingPage(page: string, root: unknown): TypeError {
  const place = typeof root === "string" || root instanceof URL ? show(String(root)) : "the source";
  return new TypeError(
    `The option "spa" needs the page ${show(page)}, but there is no such file in ${place}: build the application first, or name its page, such as spa: "app.html".`,
  );
}
