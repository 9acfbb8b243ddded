import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Handover, type Recipient } from "./handover.ts";

class Connection {
  isClosed = false;

  destroy(): void {
    this.isClosed = true;
  }
}

class Worker implements Recipient<Connection> {
  readonly given: Connection[] = [];

  give(connection: Connection): void {
    this.given.push(connection);
  }
}

let handover: Handover<Connection>;
let one: Worker;
let other: Worker;

beforeEach(() => {
  vi.useFakeTimers();
  handover = new Handover();
  [one, other] = [new Worker(), new Worker()];
});

afterEach(() => {
  vi.useRealTimers();
});

/** Adds so many connections. */
function add(count: number): readonly Connection[] {
  const connections = Array.from({ length: count }, () => new Connection());
  for (const connection of connections) handover.add(connection);
  return connections;
}

describe("connections", () => {
  test("go to each worker in turn, one until it is received", () => {
    handover.join(one);
    handover.join(other);
    const [a, b, c] = add(3);
    expect([one.given, other.given]).toEqual([[a], [b]]);
    handover.received(other);
    expect([one.given, other.given]).toEqual([[a], [b, c]]);
  });

  test("wait for a worker where there is none", () => {
    const [a] = add(2);
    handover.join(one);
    expect(one.given).toEqual([a]);
  });

  test("are closed here when they have come, so that the worker has the only copy", () => {
    handover.join(one);
    const [a] = add(1);
    expect(a?.isClosed).toBe(false);
    handover.received(one);
    expect(a?.isClosed).toBe(true);
  });

  test("are closed when nobody will take them any more", () => {
    const [a] = add(1);
    handover.close();
    const [b] = add(1);
    expect([a?.isClosed, b?.isClosed]).toEqual([true, true]);
  });
});

describe("a worker that is gone", () => {
  test("is given nothing", () => {
    handover.join(one);
    handover.leave(one);
    add(1);
    expect(one.given).toEqual([]);
  });

  test("leaves a connection that hadn't come to another", () => {
    handover.join(one);
    const [a] = add(1);
    handover.join(other);
    handover.leave(one);
    expect(other.given).toEqual([a]);
    expect(a?.isClosed).toBe(false);
  });
});

describe("a worker that a connection didn't come to", () => {
  test("rests for a second, and another gets it", () => {
    handover.join(one);
    const [a] = add(1);
    handover.join(other);
    handover.missed(one);
    expect(other.given).toEqual([a]);
    const [b] = add(1);
    vi.advanceTimersByTime(999);
    expect(one.given).toEqual([a]);
    vi.advanceTimersByTime(1);
    expect(one.given).toEqual([a, b]);
  });

  test("doesn't come back when it is gone", () => {
    handover.join(one);
    add(1);
    handover.missed(one);
    handover.leave(one);
    vi.advanceTimersByTime(2_000);
    expect(one.given).toHaveLength(1);
  });
});

test("each connection comes to exactly one worker, however many of them die on its way", () => {
  const step = fc.record({ kind: fc.constantFrom("add", "join", "receive", "leave"), which: fc.nat(9) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const handover = new Handover<Connection>();
      const workers: Worker[] = [];
      const connections: Connection[] = [];
      const received: (Connection | undefined)[] = [];
      const receive = (worker: Worker): void => {
        received.push(worker.given.pop());
        handover.received(worker);
      };
      for (const { kind, which } of steps) {
        const worker = workers[which % workers.length];
        if (kind === "add") handover.add((connections[connections.length] = new Connection()));
        else if (kind === "join") handover.join((workers[workers.length] = new Worker()));
        else if (kind === "receive" && worker !== undefined && worker.given.length > 0) receive(worker);
        else if (kind === "leave" && worker !== undefined) {
          workers.splice(workers.indexOf(worker), 1);
          handover.leave(worker);
        }
      }
      const last = new Worker();
      handover.join(last);
      for (let worker; (worker = [last, ...workers].find(({ given }) => given.length > 0));) receive(worker);
      expect(new Set(received)).toEqual(new Set(connections));
      expect(received).toHaveLength(connections.length);
    }),
  );
});
