import { vi } from "vitest";
import { RawConnection, type RawRequest, type RawResponse, requestText } from "../support/raw-connection.ts";

/** For what another process does when it comes to it, and for a file to grow old. Milliseconds. */
export const PATIENCE = { timeout: 20_000, interval: 20 } as const;

/** One who uses the application without a browser. */
export class Visitor {
  readonly port: number;
  readonly #cookie: string;

  private constructor(port: number, cookie: string) {
    this.port = port;
    this.#cookie = cookie;
  }

  static stranger(port: number): Visitor {
    return new Visitor(port, "");
  }

  /** @throws Error where the application doesn't let him in */
  static async signIn(port: number, name: string, password: string): Promise<Visitor> {
    const response = await Visitor.stranger(port).submit("/sign-in", new URLSearchParams({ name, password }));
    const cookie = response.headers.get("set-cookie")?.split(";")[0];
    if (response.status !== 303 || cookie === undefined) throw new Error(`${name} isn't let in.`);
    return new Visitor(port, cookie);
  }

  /** The same one, where he goes to another port. */
  at(port: number): Visitor {
    return new Visitor(port, this.#cookie);
  }

  get fields(): Readonly<Record<string, string>> {
    return this.#cookie === "" ? {} : { Cookie: this.#cookie };
  }

  /** A request to the letter, on a connection of its own. */
  async ask(target: string, request: RawRequest = {}): Promise<RawResponse> {
    const connection = await this.begin(target, request);
    try {
      return await connection.response(request.method);
    } finally {
      connection.close();
    }
  }

  /** A request of which the answer is left to the caller. */
  async begin(target: string, request: RawRequest = {}): Promise<RawConnection> {
    const connection = await RawConnection.open(this.port);
    connection.send(requestText(target, { ...request, fields: { ...this.fields, ...request.fields } }));
    return connection;
  }

  /** What a form sends. */
  submit(
    target: string,
    body: URLSearchParams | FormData | Uint8Array<ArrayBuffer>,
    fields: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    const origin = `http://127.0.0.1:${this.port}`;
    return fetch(new URL(target, origin), {
      method: "POST",
      body,
      redirect: "manual",
      headers: { ...this.fields, "Sec-Fetch-Site": "same-origin", ...fields },
    });
  }

  /** Uploads a file for a group. @returns its document's path */
  async upload(title: string, content: BlobPart, group: string): Promise<string> {
    const form = new FormData();
    form.set("group", group);
    form.set("file", new File([content], title));
    const response = await this.submit("/documents", form);
    const path = response.headers.get("location");
    if (response.status !== 303 || path === null) throw new Error(`${title} isn't taken: ${response.status}`);
    return path;
  }

  /** The answer to a file when it is old enough for a strong tag: of a young one, nobody is to keep a copy. */
  askWhenOld(target: string): Promise<RawResponse> {
    return vi.waitFor(async () => {
      const response = await this.ask(target, { method: "HEAD" });
      if (response.field("etag")?.startsWith("W/") !== false) throw new Error(`${target} is young.`);
      return response;
    }, PATIENCE);
  }

  /** The path of a document that he sees in his list. */
  async find(title: string): Promise<string> {
    const { text } = await this.ask("/");
    const path = new RegExp(`href="(/documents/[^"]+)">${title}<`).exec(text)?.[1];
    if (path === undefined) throw new Error(`${title} isn't in the list.`);
    return path;
  }

  /** How often the page of a document says that it was downloaded. */
  async downloadsOf(path: string): Promise<number> {
    const { text } = await this.ask(path);
    return Number(/<output>(\d+)<\/output>/.exec(text)?.[1]);
  }
}
