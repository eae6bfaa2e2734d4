-- Give a chat back until later. ARGV: lane, chat, fence, id of the head, delay in ms, what to note
-- about the tries of the head ('' leaves the note as it is).
local lane, chat = ARGV[1], ARGV[2]
if not holds(lane, chat, ARGV[3], ARGV[4]) then return 0 end
even_if_full()
if ARGV[6] ~= '' then redis.call('HSET', key('tries', lane), chat, ARGV[6]) end
release(lane, chat, now_ms() + tonumber(ARGV[5]))
return 1
