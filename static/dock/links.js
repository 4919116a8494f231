// Addresses that stand on paper. They begin with the host that the operator prints codes with, which outlives the address by which this device
// reached the server; the page says which it is.

const begin = () => document.documentElement.dataset.links ?? globalThis.location.origin;

/** Where whoever scans a label finds what is known of a lot. */
export const linkOf = (lot, site) => `${begin()}/${lot.split("/").map(encodeURIComponent).join("/")}?at=${encodeURIComponent(site)}`;

/** Where a checkpoint looks, with the disclosure of the vehicle: the plate is sealed, and whoever shows this shows it. */
export const paperLink = (id, vehicle) => `${begin()}/w/${id}${vehicle ? `?v=${vehicle}` : ""}`;
