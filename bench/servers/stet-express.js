import express from "express";
import { DIR, HOST, PORT } from "./place.js";
import { stet } from "./stet-under-test.js";

express().use(stet(DIR).node).listen(PORT, HOST);
