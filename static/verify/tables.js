// Made by scripts/verify-tables.mjs from docs/RECORD-FORMAT.md and the tables it points at: change those.
// A member is "need kind": r required, o absent or null, d absent but never null; [n] a list of at
// most n, @Name an object or a code. DIVISIONS are folded: ids.js unfolds them.
export const LIMITS = {
  RECORD_BYTES_MAX: 65535,
  SUBMISSION_BYTES_MAX: 262144,
  DISCLOSURE_BYTES_MAX: 131072,
  DISCLOSURES_MAX: 512,
  MOVES_MAX: 500,
  LINE_NUMBER_MAX: 999,
  REFS_MAX: 64,
  ABOUT_MAX: 256,
  BLOBS_MAX: 32,
  BLOB_BYTES_MAX: 20971520,
  JSON_DEPTH_MAX: 12,
  NAME_CHARS_MAX: 120,
  TEXT_CHARS_MAX: 2000,
  LIST_MAX: 64,
  EAR_TAGS_MAX: 1000,
  SENSORS_MAX: 16,
  READINGS_MAX: 2000,
  TEMP_MIN_C: -80,
  TEMP_MAX_C: 100,
  SALT_BYTES_MIN: 16,
  SALT_BYTES_MAX: 64,
};

export const PAYLOAD = {
  v: "r integer",
  type: "r text",
  log: "r log_name",
  iss: "r party",
  site: "o site",
  iat: "r time",
  seq: "r integer",
  prev: "o record_id",
  moves: "d [500]line",
  refs: "d [64]record_id",
  about: "d [256]subject",
  blobs: "d [32]blob",
  body: "r object",
  _sd_alg: "r text",
};

export const LINE = {
  n: "r line_number",
  op: "r text",
  lot: "r lot_code",
  of: "o line_reference",
  uom: "r unit",
  _sd: "r digests",
};

export const BODIES = {
  beat: {"at": "r time", "rules": "r name", "peers": "d [LIST_MAX]@PeerHead", "genesis": "o @Genesis"},
  register_party: {"party": "r party", "kind": "r @PartyKind", "name": "o name", "county": "r division", "licences": "d [LIST_MAX]@LicenceHeld", "gln": "o GLN", "risk_grade": "o @RiskGrade", "insurance_policy": "o name", "agent": "o party"},
  register_site: {"site": "r site", "party": "r party", "kind": "r @SiteKind", "name": "r name", "county": "r division", "licence": "o @LicenceHeld", "filing": "o @StorageFiling", "zones": "d [LIST_MAX]@Zone", "open": "r flag", "safety_director": "o name", "safety_officer": "o name"},
  add_key: {"party": "r party", "sites": "d [LIST_MAX]site", "role": "r @KeyRole", "jwk": "r JWK", "from": "r time", "until": "o time", "proof": "r proof"},
  revoke_key: {"key": "r thumbprint", "reason": "r @RevokeReason", "suspect_since": "o time"},
  create: {"how": "r @Creation", "lots": "d [LIST_MAX]@LotInfo", "plot": "o name", "health_record": "o text", "on_behalf_of": "o party"},
  enter: {"lots": "r [LIST_MAX]@LotInfo", "received_on": "r date", "checked": "d [LIST_MAX]@Checked", "import": "o @Import", "on_behalf_of": "o party"},
  use_input: {"kind": "r @InputKind", "name": "r name", "source": "r name", "code": "o name", "usage": "r name", "dose": "r name", "plot": "r name", "from": "r date", "until": "r date", "interval_days": "o integer_0–65535", "on_behalf_of": "o party"},
  certify: {"kind": "r @PaperKind", "standing": "r @Standing", "number": "r name", "issuer": "r name", "issuer_party": "o party", "issued_in": "r division", "issued_on": "r date", "valid_until": "o date", "passed": "o flag", "uom": "o unit", "spender": "o site", "confirmed": "o @Confirmation", "detail": "o paper_detail"},
  dispatch: {"waybill": "r name", "consignee": "r site", "carrier": "o party", "transport": "r @Transport", "load_county": "r division", "unload_county": "r division", "departs_at": "o time", "temp_min_c": "o decimal", "temp_max_c": "o decimal", "precool_c": "o decimal", "cleaning": "o @Cleaning", "seals": "d [LIST_MAX]name", "bulk": "o @BulkSheet", "on_behalf_of": "o party"},
  pick_up: {"dispatch": "r record_id", "at": "r time", "seals_intact": "o flag", "temp_c": "o temperature"},
  observe: {"dispatch": "o record_id", "zone": "o name", "sensors": "r [16]@Sensor", "track_commitment": "o @TrackCommitment"},
  hand_on: {"dispatch": "r record_id", "at": "r time", "reason": "r @HandOnReason", "to": "o party", "seals": "d [LIST_MAX]name", "temp_c": "o temperature"},
  deliver: {"dispatch": "r record_id", "at": "r time", "seals_intact": "o flag", "temp_c": "o temperature"},
  receive: {"dispatch": "r record_id", "at": "r time", "temp_c": "o temperature", "seals_intact": "o flag", "check": "r @EntryCheck", "reasons": "d [LIST_MAX]@EntryReason", "on_behalf_of": "o party"},
  settle: {"dispatch": "r record_id", "receipt": "r record_id", "lines": "r [500]@SettledLine", "on_behalf_of": "o party"},
  transform: {"operation": "r @Operation", "lots": "r [LIST_MAX]@LotInfo", "owner": "o party", "replaces": "o lot_code", "on_behalf_of": "o party"},
  sell: {"channel": "r @Channel", "sold_on": "r date", "on_behalf_of": "o party"},
  dispose: {"method": "r @DisposalMethod", "reason": "r @DisposalReason", "at": "r time", "on_behalf_of": "o party"},
  count: {"at": "r time", "on_behalf_of": "o party"},
  inspect: {"mode": "r @InspectionMode", "at": "r time", "passed": "r flag", "items": "d [LIST_MAX]name", "on_behalf_of": "o party"},
  hold: {"reason": "r @HoldReason", "document": "o name"},
  release: {"hold": "r record_id"},
  recall: {"number": "r name", "level": "r @RecallLevel", "policy": "r name", "form": "r @RecallForm", "known_at": "r time", "product": "r name", "hazard": "r text", "regions": "d [LIST_MAX]division", "advice": "r text", "on_behalf_of": "o party"},
  close_recall: {"recall": "r record_id", "summary": "r text", "on_behalf_of": "o party"},
  correct: {"record": "r record_id", "reason": "r @CorrectionReason", "members": "d [LIST_MAX]@CorrectedMember", "on_behalf_of": "o party"},
};

export const OBJECTS = {
  PeerHead: {"log": "r name", "size": "r integer"},
  Genesis: {"node_key": "r JWK", "log_key": "r name", "province": "r division", "registrar": "r party", "registrar_name": "r name", "registrar_key": "r JWK"},
  LicenceHeld: {"kind": "r @LicenceKind", "number": "r name", "valid_to": "o date"},
  Zone: {"zone": "r name", "temp_min_c": "o decimal", "temp_max_c": "o decimal"},
  StorageFiling: {"number": "r name", "filed_on": "r date"},
  LotInfo: {"n": "r line_number", "class": "r product_class", "name": "r name", "variety": "o name", "spec": "o name", "brand": "o name", "batch": "o name", "aliases": "d [LIST_MAX]name", "standard": "o name", "licence": "o name", "made_on": "r date", "best_before": "o date", "origin": "o division", "country": "o country", "temp_min_c": "o decimal", "temp_max_c": "o decimal", "bulk_label": "o @BulkLabel"},
  BulkLabel: {"brand": "r name", "ingredients": "r text", "abv_pct": "r decimal", "flow": "r name"},
  Import: {"port": "r name", "customs_number": "r name", "exporter": "r name", "entered_on": "r date"},
  Confirmation: {"source": "r name", "at": "r time"},
  Cleaning: {"method": "r name", "at": "r time", "county": "o division", "certificate": "o name"},
  BulkSheet: {"sheet": "r name", "kind": "r name", "permit": "o name", "permit_valid_to": "o date", "container": "r name", "mark_checked": "r flag", "previous_cargoes": "r [LIST_MAX]name", "cleaning": "o @Cleaning", "health_certificates": "d flag", "sample_kept": "d flag"},
  Sensor: {"device": "r name", "calibrated_until": "o date", "position": "o @Position", "readings": "r [2000]reading"},
  EntryReason: {"code": "r code", "check": "r @EntryCheck", "paper": "o @PaperKind", "lines": "d [500]line_number"},
  TrackCommitment: {"hash": "r hash", "count": "r integer_below_2^32", "first": "r time", "last": "r time"},
  SettledLine: {"n": "r line_number", "outcome": "r @Outcome"},
  CorrectedMember: {"member": "r name", "value": "r name"},
  FarmCertificate: {"form": "r @FarmCertificateForm", "basis": "r [LIST_MAX]@PromiseBasis"},
  Quarantine: {"form": "r @QuarantineForm", "template": "r integer_0–65535", "subject": "r name", "purpose": "o @AnimalPurpose", "origin": "r division", "destination": "o division", "valid_days": "r integer_0–65535", "disinfection": "o name", "ear_tags": "d [1000]ear_tag", "mark_number": "o name"},
  MeatInspection: {"slaughter_code": "o name", "slaughtered_on": "r date", "sow_or_late_castrate": "d flag", "items": "d [LIST_MAX]name"},
  Test: {"sample_number": "o name", "basis": "r name", "cma": "o name", "inhibition_rate_pct": "o decimal", "items": "d [LIST_MAX]@TestItem", "remark": "o text"},
  TestItem: {"name": "r name", "result": "r name", "limit": "o name", "passed": "r flag"},
  CustomsPaper: {"port": "r name", "foreign_batch": "o name"},
  BulkPermit: {"container": "r name"},
  Person: {"name": "r name", "phone": "o name", "licence": "o name"},
  Vehicle: {"plate": "r plate", "colour": "r plate_colour", "trailer": "o plate"},
  Counterparty: {"name": "r name", "address": "o name", "contact": "o name", "licence": "o name"},
  Places: {"load": "r name", "unload": "r name"},
  Difference: {"n": "r line_number", "short": "r amount", "damaged": "r amount", "refused": "r amount", "reason": "r @DifferenceReason", "photos": "d [32]hash"},
  Counted: {"of": "r line_reference", "amount": "r amount"},
};

export const CODES = {
  PartyKind: "farm coop smallholder collector slaughterhouse processor workshop carrier warehouse " +
    "wholesale_market wholesaler retailer caterer canteen platform importer lab regulator " +
    "animal_health customs registrar",
  LicenceKind: "food_production food_operation prepackaged_filing slaughter animal_epidemic_prevention " +
    "road_transport storage_filing cma other",
  RiskGrade: "A B C D",
  SiteKind: "farm slaughter_line plant depot warehouse market booth shop kitchen laboratory port office",
  KeyRole: "admin clerk driver device node",
  RevokeReason: "lost compromised left replaced closed",
  Creation: "harvest catch herd yield production",
  Checked: "licence conformity farm_certificate quarantine voucher chinese_label customs",
  InputKind: "pesticide veterinary_drug feed fertiliser",
  FarmCertificateForm: "producer collector",
  PromiseBasis: "control self_test commissioned_test",
  QuarantineForm: "animal_a animal_b product_a product_b",
  AnimalPurpose: "slaughter raising breeding other",
  Transport: "carrier own consignee",
  Position: "front middle rear return_air core",
  HandOnReason: "breakdown transfer driver_change",
  EntryCheck: "accept accept_with_note hold refuse",
  Outcome: "taken_back lost disposed",
  Channel: "consumer trade online diner",
  DisposalMethod: "rendered destroyed remedied feed own_use waste_oil lost",
  DisposalReason: "condemned expired recalled spoiled sample other",
  InspectionMode: "routine unannounced special sampling self_check",
  HoldReason: "failed_test awaiting_test missing_paper temperature alert investigation",
  RecallLevel: "1 2 3",
  RecallForm: "voluntary ordered",
  CorrectionReason: "typing did_not_happen incorrect_data",
  DifferenceReason: "short damaged temperature wrong_lot papers quality expired recalled other",
  PaperKind: "farm_certificate animal_quarantine product_quarantine meat_inspection test_report " +
    "rapid_test factory_inspection customs sampling_result environment_test bulk_liquid_permit " +
    "cleaning_certificate test_exemption other",
  Standing: "transcribed confirmed issued",
  Operation: "slaughter cut mix pack split relabel cook process",
};

export const SEALED = {
  line: ["quantity balance r amount"],
  register_party: ["person personal o @Person", "identity personal o text", "address trade o text"],
  register_site: ["address trade o text"],
  add_key: ["person personal o @Person"],
  create: ["note personal o text"],
  enter: ["supplier trade o @Counterparty", "note personal o text"],
  use_input: ["note personal o text"],
  certify: ["certified balance o amount", "person personal o @Person", "vehicle personal o @Vehicle", "places trade o @Places"],
  dispatch: ["vehicle personal o @Vehicle", "driver personal o @Person", "places trade o @Places", "terms trade o text"],
  pick_up: ["vehicle personal o @Vehicle", "driver personal o @Person"],
  observe: ["track personal o text"],
  hand_on: ["vehicle personal o @Vehicle", "driver personal o @Person", "note personal o text"],
  deliver: ["note personal o text"],
  receive: ["differences balance r [500]@Difference", "note personal o text"],
  settle: ["note personal o text"],
  transform: ["note personal o text"],
  sell: ["buyer trade o @Counterparty", "terms trade o text"],
  dispose: ["person personal o @Person", "places trade o @Places"],
  count: ["counted balance r [64]@Counted"],
  inspect: ["note personal o text"],
  hold: ["note personal o text"],
  release: ["note personal o text"],
  recall: ["note personal o text"],
  close_recall: ["note personal o text"],
  correct: ["note personal o text"],
};

export const DETAILS = {
  farm_certificate: "FarmCertificate",
  quarantine: "Quarantine",
  meat_inspection: "MeatInspection",
  test: "Test",
  customs: "CustomsPaper",
  bulk_permit: "BulkPermit",
};

export const PRODUCTS = "live_pig live_cattle live_sheep live_chicken live_duck pork_carcass pork_cut pork_offal " +
    "beef_carcass beef_cut mutton_carcass mutton_cut chicken_chilled duck_chilled poultry_cut " +
    "egg tomato leafy_vegetable vegetable_other fruit fruit_tropical tea_leaf tea " +
    "aquatic_farmed aquatic_wild paddy wheat soybean rice flour soybean_oil vegetable_oil_other " +
    "syrup edible_alcohol raw_milk milk_pasteurised yoghurt ice_cream frozen_meat " +
    "frozen_meat_imported frozen_aquatic_imported tofu meal meal_chilled processed_meat baijiu " +
    "wine vinegar cooking_wine prepackaged_food feed other";

export const DIVISIONS = "3100:0 3101:1-20,51 3102:1-10,21-30 3200:0 3201:0,2-7,11-18,21-25 " +
    "3202:0,2-6,11-14,21-23,81-83 3203:0,2-5,11-12,21-26,81-82 3204:0,2-5,11-13,21-23,81-83 " +
    "3205:0,2-9,11,20-25,81-86 3206:0,2,11-14,21-26,81-85 3207:0,2-7,21-24 " +
    "3208:0,2-4,11-13,21-31,81-82 3209:0,2-4,11,21-28,81-82 3210:0,2-3,11-12,20-29,81-88 " +
    "3211:0,2,11-12,21-24,81-83 3212:0,2-4,81-84 3213:0,2,11,21-24 3221:0,21-28 3222:0-1,21-32 " +
    "3223:0,21-28 3224:0-2,21-29 3225:0,21-26 3226:0-1,21-30 3227:0,21-28 3290:1-11 3300:0 " +
    "3301:0,2-14,21-27,81-85 3302:0,2-6,11-13,19,21-27,81-83 3303:0,2-5,21-29,81-83 " +
    "3304:0,2,11,21-25,81-83 3305:0,2-3,11,21-23 3306:0,2-4,21-25,81-83 " +
    "3307:0,2-3,19,21-27,81-84 3308:0,2-3,21-25,81 3309:0,2-3,21-22 3310:0,2-4,21-24,81-83 " +
    "3311:0,2,21-27,81 3321:0-2,21-30 3322:0,21-27 3323:0-1,21-25 3324:0-2,21-31 3325:0-2,21-31 " +
    "3326:0-3,21-28 3327:0-1,21-27 3328:0-2,21-29 3390:1-10 3400:0 3401:0,2-4,11,21-24,81 " +
    "3402:0,2-12,21-25,81 3403:0,2-4,11,21-23 3404:0,2-6,21-22 3405:0,2-6,21-23 " +
    "3406:0,2-4,11,21 3407:0,2-6,11,21-22 3408:0,2-3,11,21-28,81-82 3409:1 3410:0,2-4,21-24 " +
    "3411:0,2-3,21-22,24-27,81-82 3412:0,2-4,21-27,81-82 3413:0,2,21-24 3414:0,2,21-24 " +
    "3415:0,2-4,21-25 3416:0,2,21-23 3417:0,2,21-23 3418:0,2,21-25,81-82 3421:0-3,21-30 " +
    "3422:0-1,21-28 3423:0-1,21-27 3424:0-1,21-27 3425:0-2,21-31 3426:0-1,21-26 3427:0-1,21-28 " +
    "3428:0,21-31 3429:0-1,21-23";

export const CLOCKS = {
  LATE_ENTRY_ALLOWANCE_S: 86400,
  FUTURE_SKEW_S: 300,
};
