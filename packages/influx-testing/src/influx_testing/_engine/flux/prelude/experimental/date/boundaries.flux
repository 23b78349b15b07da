// The old place of what the package date/boundaries has.
package boundaries


import moved "date/boundaries"

yesterday = moved.yesterday
monday = moved.monday
tuesday = moved.tuesday
wednesday = moved.wednesday
thursday = moved.thursday
friday = moved.friday
saturday = moved.saturday
sunday = moved.sunday
month = moved.month
week = moved.week
_day_finder = moved._day_finder
_day_formatter = moved._day_formatter
_week_formatter = moved._week_formatter
