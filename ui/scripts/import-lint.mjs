// Holds the tiers of the user interface: app → features → bench → kit / keys / ipc. Nothing imports upward, and no feature
// imports another feature. It reads import statements only; it is not a type checker and not a style checker.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), "..", "src"));

/** What each tier may import besides itself. `styles` holds only CSS. */
const allowed = {
  app: ["features", "bench", "kit", "keys", "ipc", "styles"],
  features: ["bench", "kit", "keys", "ipc", "styles"],
  bench: ["kit", "keys", "ipc", "styles"],
  kit: ["styles"],
  keys: [],
  ipc: [],
  styles: [],
  test: ["kit", "keys", "ipc", "styles", "bench", "features", "app"],
};

/** Packages that one tier alone may use, so that there is one door. */
const doors = { "@tauri-apps/api": ["ipc"] };

function files(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return files(path);
    return /\.(ts|tsx)$/.test(name) ? [path] : [];
  });
}

const pattern = /(?:^|\n)\s*(?:import|export)\s[^;]*?from\s*["']([^"']+)["']|(?:^|\n)\s*import\s*["']([^"']+)["']|import\(\s*["']([^"']+)["']\s*\)/g;
const complaints = [];

for (const file of files(root)) {
  const place = relative(root, file).split(sep);
  const tier = place.length > 1 ? place[0] : "app";
  const isTest = /\.test\.tsx?$/.test(file);
  const source = readFileSync(file, "utf8");
  for (const match of source.matchAll(pattern)) {
    const target = match[1] ?? match[2] ?? match[3];
    const where = relative(dirname(root), file);
    if (!target.startsWith(".")) {
      for (const [name, tiers] of Object.entries(doors)) {
        if ((target === name || target.startsWith(`${name}/`)) && !tiers.includes(tier)) {
          complaints.push(`${where}: only ${tiers.join(", ")} may import ${target}`);
        }
      }
      continue;
    }
    const to = relative(root, resolve(dirname(file), target)).split(sep);
    const targetTier = to[0];
    if (to[0] === "..") {
      complaints.push(`${where}: ${target} lies outside src`);
    } else if (targetTier === "test") {
      if (!isTest && tier !== "test") complaints.push(`${where}: only tests may import ${target}`);
    } else if (targetTier !== tier && tier in allowed && !allowed[tier].includes(targetTier)) {
      complaints.push(`${where}: ${tier} may not import ${targetTier} (${target})`);
    } else if (tier === "features" && targetTier === "features" && place[1] !== to[1]) {
      complaints.push(`${where}: feature ${place[1]} may not import feature ${to[1]} (${target})`);
    }
  }
}

if (complaints.length > 0) {
  console.error(complaints.join("\n"));
  console.error(`import lint: ${complaints.length} broken`);
  process.exit(1);
}
console.log("import lint: the tiers hold");
