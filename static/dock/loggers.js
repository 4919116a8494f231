// Made by scripts/workbench-tables.mjs from src/core/imports/data/loggers.toml: change that.

/** How loggers head their columns: of the time, and of the temperature. */
export const TEMPLATES = [
  {"name":["中文记录仪","Chinese logger"],"time":["时间","日期时间","记录时间","采集时间","测量时间"],"temp":["温度","温度℃","温度(℃)","温度(°c)","温度1","通道1"]},
  {"name":["英文记录仪","English logger"],"time":["time","datetime","date/time","timestamp","date_time"],"temp":["temperature","temp","temp(c)","temp(°c)","temperature(°c)","temperature(c)","ch1","ch1(°c)","celsius(°c)"]},
];
