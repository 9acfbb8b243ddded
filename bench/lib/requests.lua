-- What wrk asks: wrk -s requests.lua URL -- PATHS [FIELD VALUE]...
-- PATHS is a file with one path a line, and behind it a Range where a part is asked for; of several lines, one is drawn at
-- random for each request.

function init(arguments)
  for index = 2, #arguments, 2 do
    wrk.headers[arguments[index]] = arguments[index + 1]
  end
  local requests = {}
  for line in io.lines(arguments[1]) do
    wrk.path, wrk.headers["Range"] = line:match("^(%S+) ?(%S*)$")
    if wrk.headers["Range"] == "" then wrk.headers["Range"] = nil end
    requests[#requests + 1] = wrk.format()
  end
  if #requests == 1 then return end

  math.randomseed(1)
  -- A global of this name makes wrk ask for each request anew, which costs it a little.
  request = function()
    return requests[math.random(#requests)]
  end
end

function done(summary)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"microseconds":%d,"badStatuses":%d,"broken":%d}\n',
    summary.requests, summary.duration, errors.status, errors.connect + errors.read + errors.write + errors.timeout
  ))
end
