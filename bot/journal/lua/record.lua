-- Note how far the head has come. ARGV: lane, chat, fence, id of the head, the progress.
local lane, chat = ARGV[1], ARGV[2]
if not holds(lane, chat, ARGV[3], ARGV[4]) then return 0 end
even_if_full()
redis.call('SET', key('progress', lane, chat), ARGV[5])
return 1
