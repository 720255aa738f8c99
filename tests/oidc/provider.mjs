// A real OpenID provider on a free port of the loopback, for the tests: `oidc-provider` with its own pages for login and
// consent. It says where it is on the first line of its output, and ends when its input is closed.
//
// Under /test a test does what an operator does: new keys, grants taken back, an outage; and has tokens made that a
// provider in its right mind wouldn't make. Everybody may log in under any name; `groups` come from the name: ana+lead.
import { createServer } from "node:http";
import * as jose from "jose";
import Provider from "oidc-provider";

let away = false;
let provider;
let key;
let answer;
const grants = new Map();

const server = createServer((request, response) => {
  if (request.url.startsWith("/test/")) return operate(request, response);
  if (away) return response.writeHead(503).end();
  answer(request, response);
});

async function begin() {
  const pair = await jose.generateKeyPair("RS256", { extractable: true });
  const jwk = await jose.exportJWK(pair.privateKey);
  const kid = await jose.calculateJwkThumbprint(jwk);
  key = { kid, privateKey: pair.privateKey };
  provider = new Provider(issuer, {
    jwks: { keys: [{ ...jwk, kid, alg: "RS256", use: "sig" }] },
    clients: [client("tiebreak"), client("another-program")],
    // The same over new signing keys: a login under way outlives them.
    cookies: { keys: ["of the test alone"] },
    claims: { openid: ["sub"], profile: ["name"], groups: ["groups"] },
    scopes: ["openid", "offline_access", "profile", "groups"],
    conformIdTokenClaims: false,
    findAccount: (_, id) => ({ accountId: id, claims: () => account(id) }),
    ttl: { AccessToken: 3600, Grant: 86400, IdToken: 7200, Interaction: 600, RefreshToken: 86400, Session: 86400 },
    features: { devInteractions: { enabled: true } },
  });
  provider.on("grant.success", (context) => {
    const { accountId, grantId } = context.oidc.entities.RefreshToken ?? context.oidc.entities.AccessToken ?? {};
    if (accountId) grants.set(accountId, (grants.get(accountId) ?? new Set()).add(grantId));
  });
  answer = provider.callback();
}

function client(client_id) {
  return {
    client_id,
    application_type: "native",
    token_endpoint_auth_method: "none",
    redirect_uris: ["http://127.0.0.1/signed-in"],
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
  };
}

function account(id) {
  const [name, ...groups] = id.split("+");
  return { sub: id, name: name[0].toUpperCase() + name.slice(1), groups };
}

async function operate(request, response) {
  let body = "";
  for await (const part of request) body += part;
  const what = body ? JSON.parse(body) : {};
  const said = await operations[request.url.slice("/test/".length)](what);
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(said ?? {}));
}

const operations = {
  async rotate() {
    await begin();
  },
  async away({ away: now }) {
    away = now;
  },
  async revoke({ account: id }) {
    for (const grantId of grants.get(id) ?? []) {
      for (const kind of ["RefreshToken", "AccessToken", "AuthorizationCode"]) await provider[kind].revokeByGrantId(grantId);
      await (await provider.Grant.find(grantId))?.destroy();
    }
  },
  // An identity token with these claims, signed with the key of now, or with one that nobody knows.
  async sign({ claims, foreign, alg = "RS256", secret }) {
    const now = Math.floor(Date.now() / 1000);
    const all = { iss: issuer, aud: "tiebreak", sub: "ana", name: "Ana", iat: now, exp: now + 600, ...claims };
    let { kid, privateKey } = key;
    if (foreign) ({ privateKey } = await jose.generateKeyPair("RS256"));
    if (secret) privateKey = new TextEncoder().encode(secret);
    return { id_token: await new jose.SignJWT(all).setProtectedHeader({ alg, kid }).sign(privateKey) };
  },
};

await new Promise((done) => server.listen(0, "127.0.0.1", done));
const issuer = `http://127.0.0.1:${server.address().port}`;
await begin();
console.log(issuer);
process.stdin.on("end", () => process.exit(0)).resume();
