// Decks, made lively. Without this each column is a list with a link to its next page.

import "./deck/arrange.js";
import "./deck/desk.js";
import "./deck/keys.js";
import "./deck/live.js";
import "./deck/older.js";
import "./deck/tabs.js";
