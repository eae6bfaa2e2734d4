-- Move the head to the dead letters. ARGV: lane, chat, fence, id of the head, the reason as JSON,
-- then follow-ups: (lane, chat, entry)*. The chat goes on with its next entry.
local lane, chat, id = ARGV[1], ARGV[2], ARGV[4]
if not holds(lane, chat, ARGV[3], id) then return 0 end
even_if_full()
local now = now_ms()
local box = key('box', lane, chat)
for n = 6, #ARGV, 3 do
  append(ARGV[n], ARGV[n + 1], ARGV[n + 2], now)
end
redis.call('HSET', prefix .. 'dead', id, ARGV[5] .. '\n' .. redis.call('LINDEX', box, 0))
redis.call('ZADD', prefix .. 'dead:time', now, id)
redis.call('LPOP', box)
forget_head(lane, chat)
release(lane, chat, now)
return 1
