-- Lengthen leases. ARGV: lane, lease in ms, (chat, fence)*. Gives 1 for each that still holds, else 0.
local lane, held = ARGV[1], {}
local until_ms = now_ms() + tonumber(ARGV[2])
for i = 3, #ARGV, 2 do
  local mine = redis.call('HGET', key('lease', lane), ARGV[i]) == ARGV[i + 1]
  if mine then redis.call('ZADD', key('due', lane), 'XX', until_ms, ARGV[i]) end
  held[#held + 1] = mine and 1 or 0
end
return held
