// Where signing without the browser's own Ed25519 comes from: the same copy of @noble/ed25519 as the verifier's.
export { getPublicKeyAsync, signAsync } from "../vendor/noble-ed25519.js";
