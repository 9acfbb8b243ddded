import { isHidden } from "../sources/hidden.ts";
import type { Resource, Source } from "../sources/source.ts";
import type { SegmentPolicy } from "../target/segment-policy.ts";

/**
 * What stands at a path. A symbolic link to what the policy hides is served no more than that itself: the link's own name
 * says nothing of it.
 */
export async function findServed(
  path: string,
  source: Source,
  { dotfiles }: Pick<SegmentPolicy, "dotfiles">,
): Promise<Resource | undefined> {
  const resource = await source.find(path);
  return dotfiles === "hide" && isHidden(resource?.linksTo ?? "") ? undefined : resource;
}
