// Starts the page: every part listens for what concerns it.

import { listenToClock } from "./clock.js";
import { listenToCode } from "./code.js";
import { listenToComposers } from "./composer.js";
import { start } from "./live.js";
import { listenToMenus } from "./menus.js";
import { listenToMessages } from "./messages.js";
import { listenToModals } from "./modals.js";
import { listenToPickers } from "./pickers.js";
import { listenToPresses } from "./presses.js";
import { listenToSidebar } from "./sidebar.js";
import { listenToSurfaces } from "./surfaces.js";
import { listenToSwitches } from "./switches.js";

listenToPresses();
listenToPickers();
listenToMenus();
listenToComposers();
listenToSurfaces();
listenToModals();
listenToMessages();
listenToSidebar();
listenToClock();
listenToSwitches();
listenToCode();
start();
