-- Count what waits in a part of a lane. ARGV: lane, first, last (ranks by the time chats are due).
-- Gives {chats, entries}.
local lane, entries = ARGV[1], 0
local chats = redis.call('ZRANGE', key('due', lane), ARGV[2], ARGV[3])
for _, chat in ipairs(chats) do
  entries = entries + redis.call('LLEN', key('box', lane, chat))
end
return {#chats, entries}
