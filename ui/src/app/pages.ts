// What isn't in the window's first picture: pages, dialogs, and what stands where there is no store yet. One piece of code, which is
// fetched once that picture is drawn; `later` says where they stand.
export { Access } from "../features/access/Access";
export { Audit } from "../features/audit/Audit";
export { Retention } from "../features/audit/Retention";
export { Export } from "../features/export/Export";
export { ForMe } from "../features/for-me/ForMe";
export { Help } from "../features/help/Help";
export { History } from "../features/history/History";
export { HandedOver } from "../features/import/HandedOver";
export { Import } from "../features/import/Import";
export { Lead } from "../features/lead/Lead";
export { Opinions } from "../features/opinions/Opinions";
export { Outbox, OutboxCard } from "../features/outbox/Outbox";
export { Policies } from "../features/policies/Policies";
export { Palette } from "../features/palette/Palette";
export { Assign } from "../features/pass-on/Assign";
export { PassOn } from "../features/pass-on/PassOn";
export { Search } from "../features/search/Search";
export { Settings } from "../features/settings/Settings";
export { Tools } from "../features/tools/Tools";
export { RecoveryKeyView } from "../features/unlock/UnlockView";
export { Webhooks } from "../features/webhooks/Webhooks";
export { Look } from "./Look";
export { SignIn } from "./SignIn";
export { Start } from "./Start";
