import type { Delivered, StetOptions } from "../../src/index.ts";

/** How long an event may take on a machine that has much else to do. */
export const PATIENCE = { timeout: 20_000 } as const;

/** The events of one policy, and the option that fills them in. */
export interface Told {
  readonly events: readonly Delivered[];
  readonly options: Pick<StetOptions, "onDelivered">;
}

export function told(): Told {
  const events: Delivered[] = [];
  return { events, options: { onDelivered: (event) => void events.push(event) } };
}
