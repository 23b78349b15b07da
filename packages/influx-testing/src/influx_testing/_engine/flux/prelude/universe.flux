package universe


import "date"

// The increases of a counter, summed up; a decrease means that it began again at zero.
increase = (tables=<-, columns=["_value"]) =>
    tables
        |> difference(nonNegative: true, columns: columns, keepFirst: true, initialZero: true)
        |> cumulativeSum(columns: columns)

// As the documentation says, another column than _time has no effect.
truncateTimeColumn = (unit, timeColumn="_time", tables=<-) =>
    tables
        |> map(fn: (r) => ({r with _time: date.truncate(t: r._time, unit: unit)}))

timedMovingAverage = (every, period, column="_value", tables=<-) =>
    tables
        |> window(every: every, period: period)
        |> mean(column: column)
        |> duplicate(column: "_stop", as: "_time")
        |> window(every: inf)

timeWeightedAvg = (tables=<-, unit) =>
    tables
        |> integral(unit: unit, interpolate: "linear")
        |> map(
            fn: (r) => {
                span = int(v: r._stop) - int(v: r._start)

                return {r with _value: r._value * float(v: int(v: unit)) / float(v: span)}
            },
        )

doubleEMA = (n, tables=<-) =>
    tables
        |> exponentialMovingAverage(n: n)
        |> duplicate(column: "_value", as: "__once")
        |> exponentialMovingAverage(n: n)
        |> map(fn: (r) => ({r with _value: 2.0 * r.__once - r._value}))
        |> drop(columns: ["__once"])

tripleEMA = (n, tables=<-) =>
    tables
        |> exponentialMovingAverage(n: n)
        |> duplicate(column: "_value", as: "__once")
        |> exponentialMovingAverage(n: n)
        |> duplicate(column: "_value", as: "__twice")
        |> exponentialMovingAverage(n: n)
        |> map(fn: (r) => ({r with _value: 3.0 * r.__once - 3.0 * r.__twice + r._value}))
        |> drop(columns: ["__once", "__twice"])

kaufmansER = (n, tables=<-) =>
    tables
        |> chandeMomentumOscillator(n: n)
        |> map(
            fn: (r) => ({r with _value: (if r._value < 0.0 then -r._value else r._value) / 100.0}),
        )

cov = (x, y, on, pearsonr=false) =>
    join(tables: {x: x, y: y}, on: on)
        |> covariance(pearsonr: pearsonr, columns: ["_value_x", "_value_y"])

pearsonr = (x, y, on) => cov(x: x, y: y, on: on, pearsonr: true)

// The best rows of all groups, after one row was chosen of each group.
_bestOf = (
    n,
    choose,
    order,
    columns,
    groupColumns,
    tables=<-,
) =>
    tables
        |> group(columns: groupColumns)
        |> choose()
        |> group()
        |> order(n: n, columns: columns)

highestMax = (n, column="_value", groupColumns=[], tables=<-) =>
    tables
        |> _bestOf(
            n: n,
            columns: [column],
            groupColumns: groupColumns,
            choose: (tables=<-) => tables |> max(column: column),
            order: top,
        )

highestAverage = (n, column="_value", groupColumns=[], tables=<-) =>
    tables
        |> _bestOf(
            n: n,
            columns: [column],
            groupColumns: groupColumns,
            choose: (tables=<-) => tables |> mean(column: column),
            order: top,
        )

highestCurrent = (n, column="_value", groupColumns=[], tables=<-) =>
    tables
        |> _bestOf(
            n: n,
            columns: [column],
            groupColumns: groupColumns,
            choose: (tables=<-) => tables |> last(column: column),
            order: top,
        )

lowestMin = (n, column="_value", groupColumns=[], tables=<-) =>
    tables
        |> _bestOf(
            n: n,
            columns: [column],
            groupColumns: groupColumns,
            choose: (tables=<-) => tables |> min(column: column),
            order: bottom,
        )

lowestAverage = (n, column="_value", groupColumns=[], tables=<-) =>
    tables
        |> _bestOf(
            n: n,
            columns: [column],
            groupColumns: groupColumns,
            choose: (tables=<-) => tables |> mean(column: column),
            order: bottom,
        )

lowestCurrent = (n, column="_value", groupColumns=[], tables=<-) =>
    tables
        |> _bestOf(
            n: n,
            columns: [column],
            groupColumns: groupColumns,
            choose: (tables=<-) => tables |> last(column: column),
            order: bottom,
        )
