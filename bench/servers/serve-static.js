import express from "express";
import serveStatic from "serve-static";
import { DIR, HOST, PORT } from "./place.js";

express().use(serveStatic(DIR)).listen(PORT, HOST);
