/** How the sending of an answer ended. */
export interface Sent {
  /** Bytes of content that were handed to the connection. */
  readonly bytes: number;
  readonly aborted: boolean;
}
