// Names for Sensu; nothing is sent to it.
package sensu


import "regexp"

toSensuName = (v) => regexp.replaceAllString(r: /[^a-zA-Z0-9_.\-]/, v: v, t: "_")
