// Screens of what is kept beside goods and printed: labels, daybooks, samples, files of vehicles.
export { labelsScreen } from "./labels.js";
export { bookScreen } from "./book.js";
export { sampleScreen } from "./samples.js";
export { vehiclesScreen } from "./vehicles.js";
