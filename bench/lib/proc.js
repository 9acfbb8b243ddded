// What the kernel has noted of a process and all that it has started: processor time and memory.

import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";

/** The unit of processor time in /proc: 100 a second nearly everywhere. */
const TICKS_A_SECOND = Number(spawnSync("getconf", ["CLK_TCK"], { encoding: "utf8" }).stdout) || 100;

const KIB = 1024;

/**
 * @param {number} pid
 * @returns {number} seconds of processor time, in the process and in the kernel on its behalf
 */
export function cpuSeconds(pid) {
  return sum(processTree(pid).map(cpuTicks)) / TICKS_A_SECOND;
}

/**
 * @param {number} pid
 * @returns {number} bytes of memory that are resident
 */
export function residentBytes(pid) {
  return sum(processTree(pid).map(residentKibibytes)) * KIB;
}

/** The cores this process may use, by number. @returns {readonly number[]} */
export function allowedCores() {
  // Such as "0-1,4".
  const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(read("/proc/self/status"))?.[1] ?? "0";
  return list.split(",").flatMap((range) => {
    const [first = 0, last = first] = range.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}

/**
 * @param {number} pid
 * @returns {readonly number[]}
 */
function processTree(pid) {
  return [pid, ...children(pid).flatMap((child) => processTree(child))];
}

/** Each thread lists the processes it has started. @param {number} pid */
function children(pid) {
  return list(`/proc/${pid}/task`).flatMap((thread) =>
    read(`/proc/${pid}/task/${thread}/children`).split(" ").filter(Boolean).map(Number),
  );
}

/** @param {number} pid */
function cpuTicks(pid) {
  const stat = read(`/proc/${pid}/stat`);
  // The second field is the command's name, in parentheses, and may hold anything. After it, utime and stime are the
  // 12th and 13th, and what ended children have used the 14th and 15th.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return sum(fields.slice(11, 15).map(Number));
}

/** @param {number} pid */
function residentKibibytes(pid) {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0);
}

/** A process may end between two reads: then it has nothing. @param {string} path */
function read(path) {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

/** @param {string} path */
function list(path) {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/** @param {readonly number[]} numbers */
function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}
