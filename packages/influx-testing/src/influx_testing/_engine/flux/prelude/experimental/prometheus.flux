package prometheus


import "experimental"
import "universe"

// The quantile of each histogram of a time; the name of the quantile joins the group key.
_quantileOf = (quantile, onNonmonotonic, tables=<-) =>
    tables
        |> universe.histogramQuantile(quantile: quantile, onNonmonotonic: onNonmonotonic)
        |> group(columns: ["_time", "_value", "le"], mode: "except")
        |> experimental.set(o: {quantile: string(v: quantile)})
        |> experimental.group(columns: ["quantile"], mode: "extend")

// In version 1 a bound is a field, in version 2 it is the tag le.
histogramQuantile = (tables=<-, quantile, metricVersion=2, onNonmonotonic="error") =>
    if metricVersion == 1 then
        tables
            |> filter(fn: (r) => r._field != "count" and r._field != "sum")
            |> map(fn: (r) => ({r with le: float(v: r._field)}))
            |> group(columns: ["_field", "_value", "le"], mode: "except")
            |> _quantileOf(quantile: quantile, onNonmonotonic: onNonmonotonic)
    else if metricVersion == 2 then
        tables
            |> group(columns: ["_value", "le"], mode: "except")
            |> map(fn: (r) => ({r with le: float(v: r.le)}))
            |> _quantileOf(quantile: quantile, onNonmonotonic: onNonmonotonic)
    else
        universe.die(msg: "Invalid metricVersion. Available versions are 1 and 2.")
