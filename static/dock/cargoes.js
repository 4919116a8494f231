// Made by scripts/workbench-tables.mjs from src/core/rules/data/bulk_liquid.toml and cold_profiles.toml, where the sources
// stand: change those.

/** Listed liquid foods that travel by tanker under a sheet: code, Chinese, English, whether it is food. */
export const LIQUIDS = [
  ["edible_vegetable_oil","食用植物油","edible vegetable oil",true],
  ["edible_oil_blend","食用植物调和油","blended edible vegetable oil",true],
  ["crude_oil_for_food","作原料的植物原油","crude vegetable oil as a raw material of food",true],
  ["vinegar","食醋","vinegar",true],
  ["cooking_wine","调味料酒","cooking wine",true],
  ["baijiu","白酒及原酒","baijiu and its base spirit",true],
  ["grape_wine","葡萄酒及原酒","grape wine and its base wine",true],
  ["fruit_wine","发酵型果酒及原酒","fermented fruit wine and its base wine",true],
  ["edible_alcohol","食用酒精","edible alcohol",true],
  ["sucrose_syrup","全蔗糖糖浆","sucrose syrup",true],
  ["invert_syrup","蔗糖转化糖浆","invert sugar syrup",true],
  ["fructose_syrup","果葡糖浆","fructose-glucose syrup",true],
  ["glucose_syrup","葡萄糖浆","glucose syrup",true],
  ["maltose_syrup","麦芽糖浆","maltose syrup",true],
];

/** Other cargoes that a tank may have carried before. */
export const CARGOES = [
  ["raw_milk","生乳","raw milk",true],
  ["drinking_water","饮用水","drinking water",true],
  ["soy_sauce","酱油","soy sauce",true],
  ["fruit_juice","果汁","fruit juice",true],
  ["honey","蜂蜜","honey",true],
  ["diesel","柴油","diesel",false],
  ["petrol","汽油","petrol",false],
  ["coal_liquid","煤制油","coal-derived oil",false],
  ["lubricant","润滑油","lubricating oil",false],
  ["methanol","甲醇","methanol",false],
  ["industrial_alcohol","工业酒精","industrial alcohol",false],
  ["chemical","化工产品","chemicals",false],
  ["waste_oil","废弃油脂","waste oil",false],
  ["biodiesel","生物柴油","biodiesel",false],
  ["feed_oil","饲料用油","oil for feed",false],
];

/** Seconds for which a recorder on the way may be silent. */
export const INTERVAL_S = 600;
