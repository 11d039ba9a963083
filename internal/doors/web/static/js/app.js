// Every page of the desk starts here.
import { startClocks } from "./clock.js";
import { startComposer } from "./composer.js";
import { startCopy } from "./copy.js";
import { startKeys } from "./keys.js";
import { startLive } from "./live.js";
import { startMailFrames } from "./mailframe.js";
import { startParts } from "./parts.js";

startParts();
startClocks();
startComposer();
startCopy();
startKeys();
startLive();
startMailFrames();
