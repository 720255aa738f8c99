// How roles, ceilings and times are called where they are picked.
export const ROLES: readonly { value: string; label: string }[] = [
  { value: "steward", label: "Steward" }, { value: "approver", label: "Approver" }, { value: "lead", label: "Lead" }, { value: "admin", label: "Admin" }, { value: "source", label: "Source" },
];

export const CEILINGS: readonly { value: string; label: string }[] = [
  { value: "", label: "however sensitive" }, { value: "confidential", label: "up to confidential" }, { value: "internal", label: "up to internal" }, { value: "public", label: "public only" }, { value: "restricted", label: "up to restricted" },
];

export const DAYS: readonly { value: string; label: string }[] = [
  { value: "1", label: "a day" }, { value: "30", label: "30 days" }, { value: "90", label: "90 days" }, { value: "365", label: "a year" }, { value: "", label: "until it is revoked" },
];

export const MINUTES: readonly { value: string; label: string }[] = [
  { value: "15", label: "15 minutes" }, { value: "30", label: "30 minutes" }, { value: "60", label: "1 hour" }, { value: "120", label: "2 hours" }, { value: "240", label: "4 hours" }, { value: "480", label: "8 hours" }, { value: "720", label: "12 hours" },
];
