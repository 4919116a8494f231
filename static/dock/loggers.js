// Made by scripts/workbench-tables.mjs from src/core/imports/data/loggers.toml, where it says how to read this: change that.

/** @typedef {{name: [string, string], time: string[], date?: string[], temp: string[], order: "ymd" | "dmy" | "mdy"}} Template */

/** @type {Template[]} */
export const TEMPLATES = [
  {"name":["中文平台、记录仪","Chinese platforms and loggers"],"time":["时间","日期时间","记录时间","采集时间","测量时间","上报时间","数据时间","监测时间"],"temp":["温度","温度℃","温度(℃)","温度(°c)","温度值","温度1","探头1","通道1","ch1温度","平均温度"],"order":"ymd"},
  {"name":["中文，日期和时间分列","Chinese, date and time apart"],"date":["日期"],"time":["时间","时刻"],"temp":["温度","温度℃","温度(℃)","温度(°c)"],"order":"ymd"},
  {"name":["精创 ElitechLog","Elitech (ElitechLog)"],"time":["time","datetime","date/time"],"temp":["temperature(°c)","temperature°c","temperature(℃)","temp(°c)","temp(℃)","temperature"],"order":"ymd"},
  {"name":["Lascar EasyLog","Lascar EasyLog"],"time":["time"],"temp":["celsius(°c)","celsius(c)","celsius(degc)","celsius"],"order":"dmy"},
  {"name":["Onset HOBOware","Onset HOBOware"],"time":["datetime,gmt*"],"temp":["temp,°c*","temp.,°c*"],"order":"mdy"},
  {"name":["ELPRO、Testo","ELPRO, Testo"],"time":["date/time","datum/uhrzeit","timestamp","datetime"],"temp":["t[°c]","temperature[°c]","temperatur[°c]","c:1[°c]"],"order":"dmy"},
  {"name":["英文，日期和时间分列","English, date and time apart"],"date":["date"],"time":["time"],"temp":["temperature","temp","temp(°c)","temp(c)","temperature(°c)","temperature(c)","reading1","reading(°c)"],"order":"ymd"},
  {"name":["英文记录仪","English loggers"],"time":["timestamp","date_time","datetime","date/time","time","readingtime"],"temp":["temp","temp(c)","temp(°c)","temperature(c)","temperature","ch1","ch1(°c)","celsius(°c)","celsius(c)","celsius","temp(℃)","temperature(℃)","temp_c","temperature_c"],"order":"ymd"},
];
