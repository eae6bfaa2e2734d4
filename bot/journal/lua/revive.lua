-- Put dead letters back at the end of their mailboxes. ARGV: ids. Gives 1 for each put back, else 0.
local now = now_ms()
local revived = {}
for _, id in ipairs(ARGV) do
  local letter = redis.call('HGET', prefix .. 'dead', id)
  if letter then
    local line_end = string.find(letter, '\n', 1, true)
    local about = cjson.decode(string.sub(letter, 1, line_end - 1))
    append(about.lane, about.chat, string.sub(letter, line_end + 1), now)
    redis.call('HDEL', prefix .. 'dead', id)
    redis.call('ZREM', prefix .. 'dead:time', id)
  end
  revived[#revived + 1] = letter and 1 or 0
end
return revived
