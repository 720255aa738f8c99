// Whether the workbench is only looked at: it shows the case and takes no choice.
import { createContext } from "react";

export const OnlyLooking = createContext(false);
