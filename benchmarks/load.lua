-- One connection in each thread, each with its own reader; every answer is checked.
-- Readers come from many addresses, as behind a proxy: some pages count those of one address.
-- Arguments: the wanted status, a file with cookies, a file with "path<TAB>marker" lines.
local threads = {}

function setup(thread)
  thread:set("number", #threads)
  table.insert(threads, thread)
end

local function lines_of(name)
  local found = {}
  for line in io.lines(name) do table.insert(found, line) end
  return found
end

function init(args)
  wanted, wrong, n = tonumber(args[1]), 0, 0
  local cookies = lines_of(args[2])
  wrk.headers["Accept-Language"] = "fr"
  if #cookies > 0 then wrk.headers["Cookie"] = cookies[number % #cookies + 1] end
  paths, markers = {}, {}
  for _, line in ipairs(lines_of(args[3])) do
    local path, marker = line:match("^(.-)\t(.*)$")
    table.insert(paths, path)
    table.insert(markers, marker)
  end
  asked = number
end

function request()
  asked = asked + 1
  wrk.headers["X-Forwarded-For"] =
    string.format("10.%d.%d.%d", number, asked / 250 % 250, asked % 250)
  return wrk.format("GET", paths[asked % #paths + 1])
end

function response(status, headers, body)
  if status ~= wanted or not body:find(markers[asked % #markers + 1], 1, true) then
    wrong = wrong + 1
  end
end

function done(summary, latency, _)
  local wrong = 0
  for _, thread in ipairs(threads) do wrong = wrong + thread:get("wrong") end
  local e = summary.errors
  io.write(string.format("\nRESULT %d %d %d %d %d %d\n", summary.requests, summary.duration,
    wrong, e.connect + e.read + e.write + e.status + e.timeout,
    latency:percentile(50), latency:percentile(95)))
end
