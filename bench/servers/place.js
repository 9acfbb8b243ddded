// What every server here is told on its command line: the folder and the port.

import process from "node:process";

const [, , dir = ".", port = "0"] = process.argv;

/** The folder that is served. */
export const DIR = dir;

/** All traffic of the bench stays on this machine. */
export const HOST = "127.0.0.1";

export const PORT = Number(port);
