-- Make every leased chat of a lane due at once. Only for a store that no other process uses: then
-- every lease was left by a process that is gone. ARGV: lane. Gives the number of chats.
local lane = ARGV[1]
local now = now_ms()
even_if_full()
local chats = redis.call('HKEYS', key('lease', lane))
for _, chat in ipairs(chats) do
  redis.call('ZADD', key('due', lane), 'XX', now, chat)
  redis.call('SADD', key('late', lane), chat)
end
return #chats
