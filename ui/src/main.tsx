// The page of the window.
import "@fontsource-variable/inter/index.css";
import "@fontsource-variable/jetbrains-mono/index.css";
import "./styles/tokens.css";
import "./styles/base.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { boot, fetchTheRest } from "./app/boot";
import { Hearing } from "./app/hearing";
import { WorkDesk } from "./app/WorkDesk";
import { makeQueryClient } from "./ipc/queries";
import { KeysProvider } from "./keys/useKeys";
import { readTheme, showTheme } from "./kit/theme";
import { Toasts } from "./kit/Toasts";

showTheme(readTheme());
const root = document.getElementById("root");
if (root === null) throw new Error("the page has no root");
const client = makeQueryClient();
const desk = new WorkDesk();
const hearing = new Hearing(client, desk);
const heard = hearing.begin();
void boot(client, desk).then(() => {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={client}>
        <KeysProvider>
          <Toasts><App desk={desk} hearing={hearing} /></Toasts>
        </KeysProvider>
      </QueryClientProvider>
    </StrictMode>,
  );
  fetchTheRest(hearing, heard);
});
