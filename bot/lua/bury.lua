-- Move the head to the dead letters. ARGV: lane, chat, fence, id of the head, the reason as JSON,
-- then follow-ups: (lane, chat, entry)*. The chat goes on with its next entry.
local lane, chat, id = ARGV[1], ARGV[2], ARGV[4]
if not holds(lane, chat, ARGV[3], id) then return 0 end
local now = now_ms()
redis.call('HSET', prefix .. 'dead', id, ARGV[5] .. '\n' .. redis.call('LPOP', key('box', lane, chat)))
redis.call('ZADD', prefix .. 'dead:time', now, id)
forget_head(lane, chat)
release(lane, chat, now)
for n = 6, #ARGV, 3 do
  append(ARGV[n], ARGV[n + 1], ARGV[n + 2], now)
end
return 1
