package scenarios

import (
	"strings"
	"testing"
)

const someID = "4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90"

// good are scenarios to accept, some of them unusual.
var good = []string{
	`{}`,
	`{x-own: [1, {faults: 7}], "x-": null, x-images: {a: {b: c}}}`,
	"x-busy: &busy {status: 503}\nfaults: [{times: 1, inject: *busy}]",
	`{name: 24, description: 1.50, source: [true, 2026-01-31], expect: ~x}`,
	`{dialect: ims, seed: 18446744073709551615}`,
	`{seed: 5.0}`,
	`{auth: {strict: true, token_ttl: 90s, users: [{name: ann, password: 1234, roles: [admin]}, {name: bob}]}}`,
	`auth: {tokens: [{token: abc, user: nobody, uses: 3, expires_after: 1h30m}]}`,
	`storage: {drop_data: true, max_image_size: 5, downloads: [{uri: "http://a/b", data: text}, {uri: c, data: {bytes: 4}}, {uri: d}]}`,
	`images: []`,
	`{topic: gone, outcome: {gone: ` + someID + `, error: true, tries: 1}}`,
	`{outcome: {gone: [a, node-7, "b*"], kept: c}, images: [{name: a, id: ` + someID + `}, {name: c}, {name: "node-{n}", count: 9}, {name: bob}]}`,
	`images: [{}, {}]`,
	`images: [{id: ` + someID + `}, {id: 00000000-0000-0000-0000-00000000ABCD}]`,
	`images: [{name: "node-{n}", count: 3}, {name: "{n}"}, {count: 1, id: ` + someID + `}]`,
	`images: [{data: text}, {data: 5}, {data: {bytes: 1024}, size: 1024}, {data: "", size: 7}, {data: {}}]`,
	`images: [{status: queued, visibility: community, members: [{project: p, status: rejected}]}]`,
	`images: [{tags: [1, true, lts], properties: {__os_type: Linux, os_version: 24.04, hw_vif: null_is_text}}]`,
	`images: [{checksum: D41D8CD98F00B204E9800998ECF8427E, os_hash_algo: own, os_hash_value: abc123}]`,
	`images: [{created_at: 2026-01-31T12:00:00Z, updated_at: "2026-01-31T12:00:00.5+02:00"}]`,
	"images: [&a {properties: &p {x: y}, tags: [t]}, {<<: *a, tags: [u]}, {properties: *p}, {properties: {<<: [*p, {z: 1}], x: 2}}]",
	`faults: [{inject: {status: 204, effect: none}}]`,
	`faults: [{inject: {drop: reset, effect: applied}}]`,
	`faults: [{inject: {delay: 2s}}]`,
	`faults: [{inject: {delay: {min: 1s, max: 3s}, drop: hang}}]`,
	`faults: [{inject: {delay: {max: 3s}}}]`,
	`faults: [{inject: {headers: {X-Note: hello, ETag: ""}}}]`,
	`faults: [{inject: {headers: {Set-Cookie: [a=1, b=2], Content-Length: many, Date: [""], Connection: []}}}]`,
	"faults: [{inject: {headers: {A: &a [b, c], D: *a}}}]",
	`faults: [{inject: {throttle: 1KiB/s}}]`,
	`faults: [{inject: {hold: {}}}]`,
	`faults: [{match: {operation: delete_image}, inject: {hold: {until: {operation: upload_image}, before: work}}}]`,
	`faults: [{inject: {hold: {until: {image: "a*", headers: {X-A: b}}, before: work, within: 90s}, delay: 1s, headers: {X-B: c}}}]`,
	`faults: [{inject: {hold: {before: answer}, status: 503, drop: truncate}}]`,
	`faults: [{inject: {status: 500, drop: truncate, body: {error: {code: 1, list: [1.5, null, true]}}}}]`,
	`faults: [{inject: {status: 503, hop: lb, headers: {Retry-After: 1}, body: ""}}]`,
	`faults: [{inject: {status: 200, body: 404}}]`,
	`faults: [{inject: {status: 429, hop: gateway, code: APIGW.0308, message: slow down}}]`,
	`faults: [{inject: {linger: {reads: 3}}}]`,
	`faults: [{match: {operation: [get_image, delete_image]}, inject: {status: 504, effect: applied, linger: {for: 30s, in: get_images, as: pending_delete}}}]`,
	`faults: [{match: {operation: [get_images, get_image], image: "*"}, inject: {status: 500}}]`,
	`faults: [{match: {operation: [create_token, get_images], user: ann}, inject: {status: 500}}]`,
	`faults: [{match: {image: ` + someID + `}, times: 2, every: 5, inject: {status: 500}}]`,
	`faults: [{rate: 1, skip: 3, inject: {status: 500}}, {rate: 0.25, window: {after: 10s, for: 1m}, inject: {status: 501}}]`,
	`faults: [{inject: {fields: {next: "/v2{value}", first: ""}}}]`,
	`faults: [{name: a, after: b, inject: {status: 500}}, {name: b, inject: {status: 503}}]`,
	`faults: [{match: {token: 2, operation: [create_token, get_image]}, inject: {status: 401}}, {match: {token: 1}, inject: {status: 401}}]`,
	// The earlier fault is not injected into every call that the later one matches.
	`faults: [{times: 1, inject: {status: 500}}, {inject: {status: 503}}]`,
	`faults: [{every: 2, inject: {status: 500}}, {inject: {status: 503}}]`,
	`faults: [{match: {operation: get_image}, inject: {status: 500}}, {inject: {status: 503}}]`,
	`faults: [{match: {image: "*"}, inject: {status: 500}}, {inject: {status: 503}}]`,
	`faults: [{match: {image: "a*b"}, inject: {status: 500}}, {match: {image: "a*"}, inject: {status: 503}}]`,
	`faults: [{match: {headers: {X-A: "1*"}}, inject: {status: 500}}, {match: {headers: {X-A: "*1"}}, inject: {status: 503}}]`,
	`limits: [{rate: 10/1m}, {rate: 10/s, burst: 1, restart: true, retry_after: true}, {rate: 5/1h, retry_after: date}, {rate: 1/1s, retry_after: "false"}]`,
	`{"name": "\ud83d\ude00", "seed": 1e3, "faults": [{"inject": {"status": 503, "body": "\u0000\t\n"}}]}`,
}

// bad are scenarios to refuse, each with all of its problems.
var bad = []struct{ src, want string }{
	// Storage.
	{`storage: {max_image_size: -1, downloads: [{data: x}]}`, "1:27: storage.max_image_size: want 0 or more, got -1\n1:43: storage.downloads[0]: no uri: want text"},
	{`storage: {downloads: [{uri: a}, {uri: a}]}`, `1:39: storage.downloads[1].uri: uri "a" is already used by storage.downloads[0] (bad.yaml:1:23)`},
	{"storage: {downloads: [{uri: 'http://a', data: abc, fails: no space}]}", `1:47: storage.downloads[0].data: has no effect: the import fails`},
	{"storage: {downloads: [{uri: 'http://a', takes: -3s, fails: 5}]}", `1:48: storage.downloads[0].takes: want a duration such as 30s, not a negative one, got -3s`},
	// Files.
	{"", `is empty: want a mapping ({} for one without keys)`},
	{"# nothing\n", `is empty: want a mapping ({} for one without keys)`},
	{"--- # nothing\n", `2:1: is empty: want a mapping ({} for one without keys)`},
	{"null", `1:1: is empty: want a mapping ({} for one without keys)`},
	{"name: a\n---\nname: b\n", `2:1: a second document (---): want one in a file`},
	{"[]", `1:1: want a mapping, got a list`},
	{"name: a: b\n", `1:7: bad YAML: mapping values are not allowed in this context: a new line was lost before this key, or a text with a colon is not quoted`},
	{"faults:\n  - match: {image: a} inject: {status: 503}\n", `2:23: bad YAML: mapping values are not allowed in this context: a new line was lost before this key, or a text with a colon is not quoted`},
	{"faults: - inject: {status: 503}\n", `1:9: bad YAML: block sequence entries are not allowed in this context: a new line was lost before this -`},
	{"images:\n\t- id: x\n", `2:1: bad YAML: found character that cannot start any token: lines are indented by spaces, not by a tab`},
	{"faults:\n  - match: {image: *}\n", `2:20: bad YAML: did not find expected alphabetic or numeric character: quote a text that begins with *`},
	{"images:\n  - name: @x\n", `2:11: bad YAML: found character that cannot start any token: quote a text that begins with @`},
	{"faults:\n  - name: x\n   inject: {status: 503}\n", `2:3: bad YAML: did not find expected '-' indicator: the keys of a mapping, and the entries of a list, are indented alike`},
	{"images:\n  - name: \"a\n", `2:11: bad YAML: found unexpected end of stream: a quote is not closed`},
	{"name: x\nimages: [\n", `3: bad YAML: did not find expected node content`},
	{"name: x\nimages: {id: x\nfaults: []\n", `2:9: bad YAML: did not find expected ',' or '}': a comma or the closing bracket is missing`},
	{"name: *x", `1:7: bad YAML: unknown anchor 'x' referenced: quote a text that begins with *`},
	{"name: a\nfaults:\n  - match: {image: *-old}\n", `3:20: bad YAML: unknown anchor '-old' referenced: quote a text that begins with *`},
	{"faults:\n  - inject: {fields: {images[*].status: x}}\n", `2:23: bad YAML: did not find expected alphabetic or numeric character: quote a text with brackets or braces in it`},
	{"faults:\n  - inject: {fields: {images[0].status: x}}\n", `2:23: bad YAML: did not find expected ',' or '}': quote a text with brackets or braces in it`},
	{"images:\n  - {tags: ['a[b]'], name: node-{n}, count: 3}\n", `2:28: bad YAML: did not find expected ',' or '}': quote a text with brackets or braces in it`},
	{"name: a\x00", `bad YAML: control characters are not allowed`},

	// Keys.
	{"imags: []", `1:1: unknown key "imags" (did you mean "images"?)`},
	{"imags: [{protectd: 1}]", `1:1: unknown key "imags" (did you mean "images"?)
1:10: images[0]: unknown key "protectd" (did you mean "protected"?)`},
	{"{images: [], imags: 5}", `1:14: unknown key "imags" (did you mean "images"?)`},
	{"images: [{takes: 3s}]", `1:11: images[0]: unknown key "takes" (want one of 24, such as tags, name and status)`},
	{"images: [{sizee: many, stauts: 5, tag: 7, ids: {a: b}, propertys: {a: [b]}}]", `1:11: images[0]: unknown key "sizee" (did you mean "size"?)
1:24: images[0]: unknown key "stauts" (did you mean "status"?)
1:35: images[0]: unknown key "tag" (did you mean "tags"?)
1:43: images[0]: unknown key "ids" (did you mean "id"?)
1:56: images[0]: unknown key "propertys" (did you mean "properties"?)
1:71: images[0].properties.a: want text, got a list`},
	{"limits: [{name: busy, rate: 1/s}]", `1:11: limits[0]: unknown key "name" (want match, rate, burst, restart or retry_after)`},
	{"faults: [{window: {from: 1s}, inject: {status: 500}}]", `1:20: faults[0].window: unknown key "from" (want after or for)`},
	{"strict: true", `1:1: unknown key "strict" (did you mean auth: {strict: …}?)`},
	{"auth: {frobnicate: 1}", `1:8: auth: unknown key "frobnicate" (want strict, token_ttl, users, tokens or keys)`},
	{"x-own: {a: 1}\nname: b\nx-own: 2", `3:1: key "x-own" is given twice, first on line 1`},
	{"images: [{x-own: 1}]", `1:11: images[0]: unknown key "x-own" (want one of 24, such as owner, count and id)`},
	{"x: 1", `1:1: unknown key "x" (want one of 14, such as name, seed and auth)`},
	{"name: a\nname: b", `2:1: key "name" is given twice, first on line 1`},
	{"images: [{properties: {a: 1, a: 2}}]", `1:30: images[0].properties: key "a" is given twice, first on line 1`},
	{"faults: [{inject: {status: 500, body: {a: {b: 1, b: 2}}}}]", `1:50: faults[0].inject.body.a: key "b" is given twice, first on line 1`},
	{"[a]: 1", `1:1: want text for a key, got a list`},
	{"images: [{properties: {[a]: 1, ~: 2}}]", `1:24: images[0].properties: want text for a key, got a list
1:32: images[0].properties: want text for a key, got no value`},

	// Outcomes.
	{"{outcome: {gone: ['a-7', 'b-7-b-7', 'a-x'], kept: ['a-*', c]}, images: [{name: 'a-{n}', count: 9}, {name: 'b-{n}-b-{n}', count: 9}, {name: c}]}", `1:37: outcome.gone[2]: no image is called "a-x"`},
	{"topic: throtle", `1:8: topic: unknown topic "throtle" (did you mean "throttle"?)`},
	{"outcome: {tries: -1}", `1:10: outcome: names no image: want gone or kept
1:18: outcome.tries: want 1 or more, got -1`},
	{"{outcome: {gone: ['u*', b], kept: [" + someID + ", c]}, images: [{id: " + someID + ", name: ubuntu}, {name: b}, {name: c}]}", `1:36: outcome.kept[0]: "4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90" is the image 4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90, which is also in gone, as "u*"`},
	{"faults: [{match: {operation: get_image}, inject: {status: 500}}, {match: {operation: delete_image}, inject: {status: 500}}, {match: {operation: [get_image, delete_image]}, inject: {status: 501}}]", `1:125: faults[2]: is never injected: one of faults[0] (bad.yaml:1:10) and faults[1] (bad.yaml:1:66) is injected into each call that this fault matches`},
	{"{outcome: {gone: [a, c], kept: a, tries: 1}, images: [{name: a}, {name: b}]}", `1:22: outcome.gone[1]: no image is called "c"
1:32: outcome.kept: "a" is also in gone`},

	// Types.
	{"name:", `1:6: name: no value: want text, or leave the key out`},
	{"name: [a]", `1:7: name: want text, got a list`},
	{"name: !secret x", `1:7: name: want text, got !secret "x"`},
	{"source: synthetic", `1:9: source: want a list, got "synthetic"`},
	{"images: {id: x}", `1:9: images: want a list, got a mapping`},
	{"seed: -1", `1:7: seed: want a whole number of 0 or more, got the number -1`},
	{"seed: 1.5", `1:7: seed: want a whole number of 0 or more, got the number 1.5`},
	{"auth: {strict: yes}", `1:16: auth.strict: want true or false, got "yes"`},
	{"auth: {token_ttl: 30}", `1:19: auth.token_ttl: want a duration such as 30s, got the number 30`},
	{"auth: {token_ttl: 0}", `1:19: auth.token_ttl: want a duration such as 30s, got the number 0`},
	{"images: [{min_disk: 5GB}]", `1:21: images[0].min_disk: want a whole number, got "5GB"`},
	{"images: [{min_disk: 99999999999999999999}]", `1:21: images[0].min_disk: want a whole number, got the number 99999999999999999999`},
	{"images: [{tags: [a, {b: c}]}]", `1:21: images[0].tags[1]: want text, got a mapping`},
	{"images: [{properties: {a: ~, b c: []}}]", `1:27: images[0].properties.a: no value: want text, or leave the key out
1:35: images[0].properties["b c"]: want text, got a list`},
	{"images: [{created_at: 2026-01-31}]", `1:23: images[0].created_at: want a time such as 2026-01-31T12:00:00Z, got 2026-01-31`},
	{"images: [{data: [a]}]", `1:17: images[0].data: want text, {file: …} or {bytes: …}, got a list`},
	{"faults: [{match: {operation: {}}, inject: {status: 500}}]", `1:30: faults[0].match.operation: want a list, got a mapping`},
	{"faults: [{inject: {delay: soon}}]", `1:27: faults[0].inject.delay: want a duration such as 2s, or {min: 1s, max: 3s}, got "soon"`},
	{"faults: [{inject: {throttle: 1KiB}}]", `1:30: faults[0].inject.throttle: want bytes per second such as 1KiB/s, got "1KiB"`},
	{"faults: [{inject: {throttle: 0B/s}}]", `1:30: faults[0].inject.throttle: want bytes per second such as 1KiB/s, got "0B/s"`},
	{"faults: [{inject: {throttle: 9999999999GiB/s}}]", `1:30: faults[0].inject.throttle: want bytes per second such as 1KiB/s, got "9999999999GiB/s"`},
	{"faults: [{inject: {status: 200, body: ~}}]", `1:39: faults[0].inject.body: no value: want text, a mapping or a list, or leave the key out`},
	{"faults: [{inject: {status: 200, body: [.nan, !x y]}}]", `1:40: faults[0].inject.body[0]: want a JSON value, got the number .nan
1:46: faults[0].inject.body[1]: want a JSON value, got !x "y"`},
	{"faults: [{window: 10s, inject: {status: 500}}]", `1:19: faults[0].window: want a mapping of after and for, got "10s"`},
	{"limits: [{rate: 0/1m}, {rate: 1/0s}, {rate: 99999999999999999999/s}]", `1:17: limits[0].rate: want calls per time such as 10/1m, both more than 0, got "0/1m"
1:31: limits[1].rate: want calls per time such as 10/1m, both more than 0, got "1/0s"
1:45: limits[2].rate: want calls per time such as 10/1m, both more than 0, got "99999999999999999999/s"`},
	{`{"images": [{"id": null}]}`, `1:20: images[0].id: no value: want text, or leave the key out`},
	{"{\n  \"images\": [\n    {\"size\": \"1\"}\n  ]\n}", `3:14: images[0].size: want a whole number, got "1"`},

	// Aliases.
	{"name: &a [*a]", `1:7: name: want text, got a list`},
	{"faults: [{inject: {status: 200, body: &a [*a]}}]", `1:43: faults[0].inject.body[0][0]: alias *a is part of its own value`},
	{"images: [&a {<<: *a}]", `1:18: images[0]: alias *a is part of its own value`},
	{"images: [{<<: 5}]", `1:15: images[0]: want a mapping to merge, got the number 5`},

	// Words, and numbers out of range.
	{"dialect: huawei", `1:10: dialect: unknown dialect "huawei" (want native, glance or ims)`},
	{"dialect: Natve", `1:10: dialect: unknown dialect "Natve" (did you mean "native"?)`},
	{"faults: [{match: {operation: [delete_image, DeleteImage]}, inject: {status: 500}}]", `1:45: faults[0].match.operation[1]: unknown operation "DeleteImage" (did you mean "delete_image"?)`},
	{"faults: [{inject: {status: 500, hop: proxy}}]", `1:38: faults[0].inject.hop: unknown hop "proxy" (want service, gateway, iam or lb)`},
	{"faults: [{inject: {drop: rst}}]", `1:26: faults[0].inject.drop: unknown drop "rst" (did you mean "reset"?)`},
	{"faults: [{inject: {status: 500, effect: half}}]", `1:41: faults[0].inject.effect: unknown effect "half" (want none or applied)`},
	{"images: [{status: available, visibility: everyone, members: [{project: p, status: yes}]}]", `1:19: images[0].status: unknown status "available" (want queued, saving, uploading, importing, active, deactivated, killed, deleted or pending_delete)
1:42: images[0].visibility: unknown visibility "everyone" (want public, community, shared or private)
1:83: images[0].members[0].status: unknown member status "yes" (want pending, accepted or rejected)`},
	{"limits: [{rate: 1/s, retry_after: seconds}]", `1:35: limits[0].retry_after: unknown form of Retry-After "seconds" (want false, true or date)`},
	{"auth: {users: [{name: ann, roles: [root]}], tokens: [{token: a, roles: [memeber]}]}", `1:36: auth.users[0].roles[0]: unknown role "root" (want admin, member or reader)
1:73: auth.tokens[0].roles[0]: unknown role "memeber" (did you mean "member"?)`},
	{"faults: [{times: -1, skip: -1, every: -1, rate: 1.5, window: {after: -1s, for: -1s}, inject: {status: 99, delay: -1s}}]", `1:18: faults[0].times: want 1 or more, got -1
1:28: faults[0].skip: want 0 or more, got -1
1:39: faults[0].every: want 1 or more, got -1
1:49: faults[0].rate: want more than 0, at most 1, got 1.5
1:70: faults[0].window.after: want a duration such as 30s, not a negative one, got -1s
1:80: faults[0].window.for: want a duration such as 30s, not a negative one, got -1s
1:103: faults[0].inject.status: want 200 to 599, got 99
1:114: faults[0].inject.delay.min: want a duration such as 30s, not a negative one, got -1s`},
	{"faults: [{rate: 0, inject: {status: 500}}]", `1:17: faults[0].rate: 0 reads as never: leave the key out to inject the fault always`},
	{"faults: [{times: 0, inject: {status: 500}}]", `1:18: faults[0].times: 0 reads as never: leave the key out to inject the fault for ever`},
	{"faults: [{every: 0, inject: {status: 500}}]", `1:18: faults[0].every: 0 reads as never: leave the key out to inject the fault into each call`},
	{"limits: [{rate: 1/s, burst: 0}]", `1:29: limits[0].burst: want more than 0, or leave the key out, got 0`},
	{"images: [{name: a, count: 0}]", `1:27: images[0].count: want more than 0, or leave the key out, got 0`},
	{"auth: {tokens: [{token: t, uses: 0}]}", `1:34: auth.tokens[0].uses: want more than 0, or leave the key out, got 0`},
	{"{images: [{name: a}], outcome: {gone: a, tries: 0}}", `1:49: outcome.tries: want more than 0, or leave the key out, got 0`},
	{"faults: [{window: {for: 0s}, inject: {status: 500}}]", `1:25: faults[0].window.for: 0s reads as never: leave the key out to keep the window open for ever`},
	{"auth: {token_ttl: 0s, tokens: [{token: t, expires_after: 0m}]}", `1:19: auth.token_ttl: want more than 0, or leave the key out, got 0s
1:58: auth.tokens[0].expires_after: want more than 0, or leave the key out, got 0m`},
	{"faults: [{inject: {status: 0, delay: 1s}}]", `1:28: faults[0].inject.status: want more than 0, or leave the key out, got 0`},
	{"faults: [{inject: {status: 101}}]", `1:28: faults[0].inject.status: want 200 to 599, got 101`},
	{"faults: [{inject: {delay: {min: 3s, max: 1s}}}]", `1:27: faults[0].inject.delay: max 1s is less than min 3s`},

	// Images.
	{"images: [{id: ubuntu}]", `1:15: images[0].id: want a UUID such as 4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90, got "ubuntu"`},
	{"images: [{id: " + someID + "}, {id: " + strings.ToUpper(someID) + "}]", `1:59: images[1].id: id "4ca46bf1-5c61-48ff-b4f3-0ad4e5e3ba90" is already used by images[0] (bad.yaml:1:10)`},
	{"images: [{id: " + someID + ", count: 2}]", `1:60: images[0].count: 2 images cannot share one id: leave the id out`},
	{"images: [{count: 1000000}, {count: 999999}, {}, {name: one too many}, {}]", `1:49: images[3]: with these images there are 2000001: want at most 2000000 in all`},
	{"images: [{count: 1000001}]", `1:18: images[0].count: want 1 to 1000000, got 1000001`},
	{"images: [{name: " + strings.Repeat("ä", 256) + "}]", `1:17: images[0].name: want at most 255 characters, got 256`},
	{"images: [{tags: [a, b, a, " + strings.Repeat("x", 256) + "]}]", `1:24: images[0].tags[2]: "a" is given twice
1:27: images[0].tags[3]: want at most 255 characters, got 256`},
	{"images: [{properties: {owner: me, '': x}}]", `1:31: images[0].properties.owner: owner is an attribute that every image has, not a free property
1:39: images[0].properties[""]: want a name of 1 to 255 characters`},
	{"images: [{members: [{project: p}, {project: p}, {status: accepted}]}]", `1:45: images[0].members[1].project: project "p" is already used by images[0].members[0] (bad.yaml:1:21)
1:49: images[0].members[2]: no project: want text`},
	{"images: [{data: {file: snippets_test.go, bytes: 5}}]", `1:17: images[0].data: has a file and bytes: want only one of them`},
	{"images: [{data: four, size: 5}]", `1:29: images[0].size: 5 contradicts the data, which has 4 bytes`},
	{"images: [{data: {bytes: -4}}]", `1:25: images[0].data.bytes: want 0 or more, got -4`},
	{"images: [{data: four, status: queued}]", `1:17: images[0].data: a queued image has no data yet`},
	{"images: [{checksum: abc, os_hash_value: xyz}]", `1:21: images[0].checksum: "abc" is not an MD5 hash: want 32 hexadecimal digits
1:41: images[0].os_hash_value: "xyz" is not a sha512 hash: want 128 hexadecimal digits`},

	// Users and tokens.
	{"auth: {users: [{name: ann}, {name: ann}, {password: x}]}", `1:36: auth.users[1].name: name "ann" is already used by auth.users[0] (bad.yaml:1:16)
1:42: auth.users[2]: no name: want text`},
	{`auth: {tokens: [{token: a}, {token: a}, {uses: 1}, {token: "a\n"}]}`, `1:37: auth.tokens[1].token: token "a" is already used by auth.tokens[0] (bad.yaml:1:17)
1:41: auth.tokens[2]: no token: want text
1:60: auth.tokens[3].token: "a\n" cannot be sent in a header`},
	{`auth: {keys: [{access: a, secret: s}, {access: a, secret: s}, {access: b}, {access: "a,b", secret: s}]}`, `1:48: auth.keys[1].access: access "a" is already used by auth.keys[0] (bad.yaml:1:15)
1:63: auth.keys[2]: no secret: want text
1:85: auth.keys[3].access: "a,b" cannot be part of a signature`},

	// Faults that do nothing, or have parts without an effect.
	{"faults: [{name: a}, {inject: {}}, {inject: {effect: applied}}]", `1:10: faults[0].inject: does nothing: want a status, headers, fields, hold, delay, throttle, drop or linger
1:30: faults[1].inject: does nothing: want a status, headers, fields, hold, delay, throttle, drop or linger
1:44: faults[2].inject: does nothing: want a status, headers, fields, hold, delay, throttle, drop or linger`},
	{"faults: [{inject: {hold: {before: wrok, until: {operation: get_images, image: a}}}}]", `1:35: faults[0].inject.hold.before: unknown point of a call "wrok" (did you mean "work"?)
1:79: faults[0].inject.hold.until.image: never matches: get_images is not about one image`},
	{"faults: [{inject: {hold: {untl: {}, within: 0s}}}]", `1:27: faults[0].inject.hold: unknown key "untl" (did you mean "until"?)
1:45: faults[0].inject.hold.within: 0s reads as never: leave the key out to wait for as long as is usual`},
	{"faults: [{inject: {hold: {within: -1s}}}]", `1:35: faults[0].inject.hold.within: want a duration such as 30s, not a negative one, got -1s`},
	{"faults: [{inject: {hold: upload_image}}]", `1:26: faults[0].inject.hold: want a mapping of until, before and within, got "upload_image"`},
	{"faults: [{name: a, times: 1, inject: {hold: {before: work}, status: 503}}, {times: 1, inject: {hold: {before: work}, drop: hang}}]", `1:54: faults[0].inject.hold.before: has no effect: no work is done without effect: applied; want answer
1:111: faults[1].inject.hold.before: has no effect: no work is done without effect: applied; want answer`},
	{"faults: [{inject: {hold: {before: work}, linger: {reads: 1}}}]", `1:35: faults[0].inject.hold.before: has no effect: only the work decides whether the rest of the fault changes something; want answer, or two faults`},
	{"faults: [{inject: {effect: none}}]", `1:28: faults[0].inject.effect: none needs a status or a drop: the true answer comes from doing the work`},
	{"faults: [{inject: {status: 500, drop: close, headers: {A: b}, throttle: 1B/s}}]", `1:28: faults[0].inject.status: has no effect: drop close sends no answer (truncate sends half of one)
1:55: faults[0].inject.headers: has no effect: drop close sends no answer
1:73: faults[0].inject.throttle: has no effect: drop close sends no answer`},
	{"faults: [{inject: {hop: iam, code: a, message: b, body: c}}]", `1:25: faults[0].inject.hop: has no effect: only error answers have one: want a status of 400 to 599
1:36: faults[0].inject.code: has no effect: only error answers have one: want a status of 400 to 599
1:48: faults[0].inject.message: has no effect: only error answers have one: want a status of 400 to 599
1:57: faults[0].inject.body: has no effect: the true answer has its own body: want a status`},
	{"faults: [{inject: {status: 204, body: gone, throttle: 1B/s, code: a}}]", `1:39: faults[0].inject.body: has no effect: a 204 has no body
1:55: faults[0].inject.throttle: has no effect: a 204 has no body
1:67: faults[0].inject.code: has no effect: only error answers have one: want a status of 400 to 599`},
	{"faults: [{inject: {status: 500, body: gone, code: a, message: b}}]", `1:51: faults[0].inject.code: has no effect: body replaces the whole body
1:63: faults[0].inject.message: has no effect: body replaces the whole body`},
	{"faults: [{inject: {status: 500, hop: lb, code: a, message: b}}]", `1:48: faults[0].inject.code: has no effect: the HTML page of hop lb has none
1:60: faults[0].inject.message: has no effect: the HTML page of hop lb has none`},
	{"faults: [{inject: {headers: {'A B': x, C: \"d\\n\", e: f, E: g}}}]", `1:37: faults[0].inject.headers["A B"]: "A B" is not a header name
1:43: faults[0].inject.headers.C: "d\n" cannot be sent in a header
1:53: faults[0].inject.headers.e: is the same header as E`},

	{"faults: [{inject: {headers: {x-fakeglance-fault: none, Set-Cookie: [a, ''], B: [c, [d]]}}}]", `1:50: faults[0].inject.headers.x-fakeglance-fault: the server sets it, to say which fault it has injected
1:68: faults[0].inject.headers.Set-Cookie: "a\n" cannot be sent in a header
1:84: faults[0].inject.headers.B[1]: want text, got a list`},
	{"faults: [{match: {headers: {Accept: [a, b]}}, inject: {status: 500}}]", `1:37: faults[0].match.headers.Accept: want text, got a list`},

	// Faults that are never injected.
	{"faults: [{after: flakey, inject: {status: 500}}, {name: flaky, after: self, inject: {status: 501}}, {name: self, after: self, inject: {status: 502}}]", `1:18: faults[0].after: there is no fault "flakey" (did you mean "flaky"?)
1:121: faults[2].after: the fault is never injected: it waits for itself`},
	{"faults: [{name: a, after: b, inject: {status: 500}}, {name: b, after: a, inject: {status: 501}}]", `1:27: faults[0].after: the fault is never injected: it waits for itself
1:71: faults[1].after: the fault is never injected: it waits for itself`},
	{"faults: [{match: {operation: create_token, token: 1}, inject: {drop: reset, fields: {a: b}}}]", `1:51: faults[0].match.token: never matches: create_token is called without a token
1:85: faults[0].inject.fields: has no effect: drop reset sends no answer`},
	{"faults: [{match: {token: 1}, inject: {status: 500}}, {match: {token: 1, image: x}, inject: {status: 500}}]", `1:54: faults[1]: is never injected: faults[0] (bad.yaml:1:10) is injected into every call that this fault matches`},
	{"faults: [{match: {operation: [get_images, create_token], image: x}, inject: {status: 500}}]", `1:65: faults[0].match.image: never matches: get_images or create_token is not about one image`},
	{"faults: [{match: {operation: get_identity, project: x, user: y}, inject: {status: 500}}]", `1:53: faults[0].match.project: never matches: get_identity is called without a token
1:62: faults[0].match.user: never matches: get_identity is called without a token`},
	{"limits: [{match: {operation: get_images, image: x}, rate: 1/s}]", `1:49: limits[0].match.image: never matches: get_images is not about one image`},
	{"faults: [{match: {operation: get_image}, inject: {linger: {for: 1s, reads: 1, in: delete_image}}}]", `1:59: faults[0].inject.linger: has no effect: get_image deletes nothing
1:59: faults[0].inject.linger: want either for or reads, to say how long the image stays visible
1:83: faults[0].inject.linger.in: unknown operation that shows images "delete_image" (did you mean "get_image"?)`},
	{"faults: [{inject: {drop: reset, linger: {for: 1s}}}]", `1:41: faults[0].inject.linger: has no effect: nothing is deleted without effect: applied`},
	{"faults: [{inject: {linger: {in: [get_image]}}}]", `1:28: faults[0].inject.linger: want either for or reads, to say how long the image stays visible`},
	{"faults: [{name: a, times: 1, inject: {status: 500}}, {name: a, inject: {status: 501}}]", `1:61: faults[1].name: name "a" is already used by faults[0] (bad.yaml:1:10)`},
	{"faults: [{inject: {status: 500}}, {match: {image: x}, times: 1, inject: {status: 501}}]", `1:35: faults[1]: is never injected: faults[0] (bad.yaml:1:10) is injected into every call that this fault matches`},
	{"faults: [{match: {image: 'a*', headers: {x-a: '*'}}, rate: 1, inject: {delay: 1s}}, {match: {image: 'ab*c', headers: {X-A: b, C: d}, query: {e: f}, operation: get_image}, inject: {status: 501}}]", `1:85: faults[1]: is never injected: faults[0] (bad.yaml:1:10) is injected into every call that this fault matches`},
}

func TestGood(t *testing.T) {
	t.Parallel()
	for _, src := range good {
		if _, err := Parse("good.yaml", []byte(src)); err != nil {
			t.Errorf("%s\n%v", src, err)
		}
	}
}

func TestBadSnippets(t *testing.T) {
	t.Parallel()
	for _, test := range bad {
		_, err := Parse("bad.yaml", []byte(test.src))
		if err == nil {
			t.Errorf("%s\nis accepted, want\n%s", test.src, test.want)
			continue
		}
		var got []string
		for _, line := range strings.Split(err.Error(), "\n") {
			got = append(got, strings.TrimPrefix(strings.TrimPrefix(line, "bad.yaml:"), " "))
		}
		if got := strings.Join(got, "\n"); got != test.want {
			t.Errorf("%s\ngot\n%s\nwant\n%s", test.src, got, test.want)
		}
	}
}
