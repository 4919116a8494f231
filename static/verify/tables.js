// Made by scripts/verify-tables.mjs from docs/RECORD-FORMAT.md and the tables it points at: change those.
// A member is "need kind": r required, o absent or null, d absent but never null; [n] a list of at
// most n, @Name an object or a code.
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

export const DIVISIONS = "310000 310101 310102 310103 310104 310105 310106 310107 310108 310109 310110 310111 310112 " +
    "310113 310114 310115 310116 310117 310118 310119 310120 310151 310201 310202 310203 310204 " +
    "310205 310206 310207 310208 310209 310210 310221 310222 310223 310224 310225 310226 310227 " +
    "310228 310229 310230 320000 320100 320102 320103 320104 320105 320106 320107 320111 320112 " +
    "320113 320114 320115 320116 320117 320118 320121 320122 320123 320124 320125 320200 320202 " +
    "320203 320204 320205 320206 320211 320212 320213 320214 320221 320222 320223 320281 320282 " +
    "320283 320300 320302 320303 320304 320305 320311 320312 320321 320322 320323 320324 320325 " +
    "320326 320381 320382 320400 320402 320403 320404 320405 320411 320412 320413 320421 320422 " +
    "320423 320481 320482 320483 320500 320502 320503 320504 320505 320506 320507 320508 320509 " +
    "320511 320520 320521 320522 320523 320524 320525 320581 320582 320583 320584 320585 320586 " +
    "320600 320602 320611 320612 320613 320614 320621 320622 320623 320624 320625 320626 320681 " +
    "320682 320683 320684 320685 320700 320702 320703 320704 320705 320706 320707 320721 320722 " +
    "320723 320724 320800 320802 320803 320804 320811 320812 320813 320821 320822 320823 320824 " +
    "320825 320826 320827 320828 320829 320830 320831 320881 320882 320900 320902 320903 320904 " +
    "320911 320921 320922 320923 320924 320925 320926 320927 320928 320981 320982 321000 321002 " +
    "321003 321011 321012 321020 321021 321022 321023 321024 321025 321026 321027 321028 321029 " +
    "321081 321082 321083 321084 321085 321086 321087 321088 321100 321102 321111 321112 321121 " +
    "321122 321123 321124 321181 321182 321183 321200 321202 321203 321204 321281 321282 321283 " +
    "321284 321300 321302 321311 321321 321322 321323 321324 322100 322121 322122 322123 322124 " +
    "322125 322126 322127 322128 322200 322201 322221 322222 322223 322224 322225 322226 322227 " +
    "322228 322229 322230 322231 322232 322300 322321 322322 322323 322324 322325 322326 322327 " +
    "322328 322400 322401 322402 322421 322422 322423 322424 322425 322426 322427 322428 322429 " +
    "322500 322521 322522 322523 322524 322525 322526 322600 322601 322621 322622 322623 322624 " +
    "322625 322626 322627 322628 322629 322630 322700 322721 322722 322723 322724 322725 322726 " +
    "322727 322728 329001 329002 329003 329004 329005 329006 329007 329008 329009 329010 329011 " +
    "330000 330100 330102 330103 330104 330105 330106 330107 330108 330109 330110 330111 330112 " +
    "330113 330114 330121 330122 330123 330124 330125 330126 330127 330181 330182 330183 330184 " +
    "330185 330200 330202 330203 330204 330205 330206 330211 330212 330213 330219 330221 330222 " +
    "330223 330224 330225 330226 330227 330281 330282 330283 330300 330302 330303 330304 330305 " +
    "330321 330322 330323 330324 330325 330326 330327 330328 330329 330381 330382 330383 330400 " +
    "330402 330411 330421 330422 330423 330424 330425 330481 330482 330483 330500 330502 330503 " +
    "330511 330521 330522 330523 330600 330602 330603 330604 330621 330622 330623 330624 330625 " +
    "330681 330682 330683 330700 330702 330703 330719 330721 330722 330723 330724 330725 330726 " +
    "330727 330781 330782 330783 330784 330800 330802 330803 330821 330822 330823 330824 330825 " +
    "330881 330900 330902 330903 330921 330922 331000 331002 331003 331004 331021 331022 331023 " +
    "331024 331081 331082 331083 331100 331102 331121 331122 331123 331124 331125 331126 331127 " +
    "331181 332100 332101 332102 332121 332122 332123 332124 332125 332126 332127 332128 332129 " +
    "332130 332200 332221 332222 332223 332224 332225 332226 332227 332300 332301 332321 332322 " +
    "332323 332324 332325 332400 332401 332402 332421 332422 332423 332424 332425 332426 332427 " +
    "332428 332429 332430 332431 332500 332501 332502 332521 332522 332523 332524 332525 332526 " +
    "332527 332528 332529 332530 332531 332600 332601 332602 332603 332621 332622 332623 332624 " +
    "332625 332626 332627 332628 332700 332701 332721 332722 332723 332724 332725 332726 332727 " +
    "332800 332801 332802 332821 332822 332823 332824 332825 332826 332827 332828 332829 339001 " +
    "339002 339003 339004 339005 339006 339007 339008 339009 339010 340000 340100 340102 340103 " +
    "340104 340111 340121 340122 340123 340124 340181 340200 340202 340203 340204 340205 340206 " +
    "340207 340208 340209 340210 340211 340212 340221 340222 340223 340224 340225 340281 340300 " +
    "340302 340303 340304 340311 340321 340322 340323 340400 340402 340403 340404 340405 340406 " +
    "340421 340422 340500 340502 340503 340504 340505 340506 340521 340522 340523 340600 340602 " +
    "340603 340604 340611 340621 340700 340702 340703 340704 340705 340706 340711 340721 340722 " +
    "340800 340802 340803 340811 340821 340822 340823 340824 340825 340826 340827 340828 340881 " +
    "340882 340901 341000 341002 341003 341004 341021 341022 341023 341024 341100 341102 341103 " +
    "341121 341122 341124 341125 341126 341127 341181 341182 341200 341202 341203 341204 341221 " +
    "341222 341223 341224 341225 341226 341227 341281 341282 341300 341302 341321 341322 341323 " +
    "341324 341400 341402 341421 341422 341423 341424 341500 341502 341503 341504 341521 341522 " +
    "341523 341524 341525 341600 341602 341621 341622 341623 341700 341702 341721 341722 341723 " +
    "341800 341802 341821 341822 341823 341824 341825 341881 341882 342100 342101 342102 342103 " +
    "342121 342122 342123 342124 342125 342126 342127 342128 342129 342130 342200 342201 342221 " +
    "342222 342223 342224 342225 342226 342227 342228 342300 342301 342321 342322 342323 342324 " +
    "342325 342326 342327 342400 342401 342421 342422 342423 342424 342425 342426 342427 342500 " +
    "342501 342502 342521 342522 342523 342524 342525 342526 342527 342528 342529 342530 342531 " +
    "342600 342601 342621 342622 342623 342624 342625 342626 342700 342701 342721 342722 342723 " +
    "342724 342725 342726 342727 342728 342800 342821 342822 342823 342824 342825 342826 342827 " +
    "342828 342829 342830 342831 342900 342901 342921 342922 342923";

export const CLOCKS = {
  LATE_ENTRY_ALLOWANCE_S: 86400,
  FUTURE_SKEW_S: 300,
};
