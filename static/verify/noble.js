// Where the one library comes from: the copy that scripts/vendor makes of @noble/ed25519. Whoever uses
// these modules elsewhere can say `export { Point } from "@noble/ed25519";` here instead.
export { Point } from "../vendor/noble-ed25519.js";
