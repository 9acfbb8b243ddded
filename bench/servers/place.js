// What every server here is told on its command line: the folder and the port, and how to speak.

import process from "node:process";

const [, , dir = ".", port = "0", protocol = "http", credentials = "."] = process.argv;

/** The folder that is served. */
export const DIR = dir;

/** All traffic of the bench stays on this machine. */
export const HOST = "127.0.0.1";

export const PORT = Number(port);

export const PROTOCOL = protocol;

/** The folder with the certificate and its key. */
export const CREDENTIALS = credentials;
