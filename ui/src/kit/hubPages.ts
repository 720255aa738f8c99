// The pages about the hub, as sidebar and palette call them. To whom they open the desk says.
import type { IconName } from "./Icon";
import type { Page } from "./place";

export const HUB_PAGES: readonly { page: Extract<Page, "policies" | "tools" | "webhooks" | "audit">; icon: IconName; label: string; /** Places that belong to it. */ at: readonly Page[] }[] = [
  { page: "policies", icon: "policy", label: "Policies", at: ["policies"] },
  { page: "tools", icon: "tool", label: "Tools", at: ["tools"] },
  { page: "webhooks", icon: "webhook", label: "Webhooks", at: ["webhooks"] },
  { page: "audit", icon: "audit", label: "Audit", at: ["audit", "retention"] },
];
