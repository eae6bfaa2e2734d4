-- May a chat be sent `count` messages now? ARGV: chat, count, ms between messages in all, ms between
-- messages of a chat, burst of a chat, longest wait in ms; 0 ms: no limit.
-- Gives {1, ms to wait before sending: the turn is taken} or {0, ms after which to ask again}.
local now = now_ms()
local count, all_ms, chat_ms = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local burst, longest = tonumber(ARGV[5]), tonumber(ARGV[6])
local chat_key, all_key = prefix .. 'turn:chat:' .. ARGV[1], prefix .. 'turn:all'

-- Each key holds the time at which its budget is whole again. One that is further ahead than any
-- sending can put it was written before the clock was set back.
local function whole_at(name, interval)
  local at = tonumber(redis.call('GET', name) or 0)
  if at > now + longest + interval * 2 * (burst + 10) then return now end
  return math.max(now, at)
end

local chat_free = whole_at(chat_key, chat_ms)
local chat_wait = chat_free - now - chat_ms * (burst - 1)
if chat_ms > 0 and chat_wait > 0 then return {0, chat_wait} end
local all_free = whole_at(all_key, all_ms)
if all_free - now > longest then return {0, all_free - now - longest} end

even_if_full()
local function spend(name, free, cost)
  if cost > 0 then
    redis.call('SET', name, free + cost * count, 'PX', math.ceil(free - now + cost * count) + 1)
  end
end
spend(chat_key, chat_free, chat_ms)
spend(all_key, all_free, all_ms)
return {1, all_free - now}
