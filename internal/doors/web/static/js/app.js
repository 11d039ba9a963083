// Every page of the desk starts here.
import { startAttaching } from "./attach.js";
import { startClocks } from "./clock.js";
import { startComposer } from "./composer.js";
import { startCopy } from "./copy.js";
import { startDrafts } from "./draft.js";
import { startKeys } from "./keys.js";
import { startLive } from "./live.js";
import { startMailFrames } from "./mailframe.js";
import { startPalette } from "./palette.js";
import { startParts } from "./parts.js";
import { startRecent } from "./recent.js";
import { startTogether } from "./together.js";
import { startUndo } from "./undo.js";

startParts();
startClocks();
startDrafts();
startComposer();
startCopy();
startAttaching();
startTogether();
startUndo();
startKeys();
startPalette();
startRecent();
startLive();
startMailFrames();
