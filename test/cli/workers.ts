import { readdir, readFile, readlink } from "node:fs/promises";
import type { Socket } from "node:net";
import { type Command, serve, until } from "./command.ts";

/** The processes of a command that are workers. */
export async function workersOf(command: Command): Promise<readonly number[]> {
  const children = await readFile(`/proc/${command.pid}/task/${command.pid}/children`, "utf8");
  return children.trim().split(" ").filter(Boolean).map(Number);
}

/** `stet serve` with workers, all of them ready. */
export async function serveWithWorkers(
  dir: string,
  count: number,
  ...flags: readonly string[]
): Promise<{ command: Command; url: URL; workers: readonly number[] }> {
  const command = serve(dir, "--workers", String(count), ...flags);
  const url = new URL(/https?:\/\/[^\s"]+/.exec(await command.line(/serving/))![0]);
  return { command, url, workers: await workersOf(command) };
}

/** Waits until there are so many workers, and none of those that are gone. */
export function untilWorkers(
  command: Command,
  count: number,
  gone: readonly number[],
): Promise<readonly number[]> {
  return until(
    async () => {
      const workers = await workersOf(command);
      return workers.length === count && !workers.some((pid) => gone.includes(pid)) ? workers : undefined;
    },
    () => `${count} workers, without ${gone.join(" ")}`,
  );
}

/** Which worker has the other end of a connection. */
export function ownerOf(socket: Socket, workers: readonly number[]): Promise<number> {
  return until(
    async () => {
      const inode = await inodeOfPeer(socket);
      for (const pid of workers) if (await hasSocket(pid, inode)) return pid;
      return undefined;
    },
    () => `an owner of the connection from port ${socket.localPort}`,
  );
}

/** @see proc_pid_net(5) */
async function inodeOfPeer({ localPort, remotePort }: Socket): Promise<string> {
  const [local, remote] = [remotePort!, localPort!].map(
    (port) => `:${port.toString(16).toUpperCase().padStart(4, "0")}`,
  );
  for (const line of (await readFile("/proc/net/tcp", "latin1")).split("\n")) {
    const fields = line.trim().split(/\s+/);
    if (fields[1]?.endsWith(local!) && fields[2]?.endsWith(remote!)) return fields[9]!;
  }
  return "none";
}

async function hasSocket(pid: number, inode: string): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  const descriptors = await readdir(folder).catch(() => []);
  const targets = await Promise.all(descriptors.map((name) => readlink(`${folder}/${name}`).catch(() => "")));
  return targets.includes(`socket:[${inode}]`);
}

/** Whether a process is there, and no zombie. */
export async function isAlive(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return status !== "" && !/^State:\s+Z/m.test(status);
}

export function untilGone(pids: readonly number[]): Promise<true> {
  return until(
    async () => ((await Promise.all(pids.map(isAlive))).includes(true) ? undefined : true),
    () => `an end of ${pids.join(" ")}`,
  );
}
