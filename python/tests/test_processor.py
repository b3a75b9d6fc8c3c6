import json
import os
import threading
import time
import unittest

from spanlight import SpanlightProcessor, verify_decision
from spanlight.times import iso_now
from tests.stand_ins import Down, Exported, Record, Remembering, callbacks, names, replay


def processor_to(channel, **options):
    return SpanlightProcessor(make_channel=lambda: channel, service="shop", **options)


def span(index, **fields):
    item = {
        "object": "trace.span",
        "id": f"span_{index:024x}",
        "trace_id": "trace_" + "a" * 32,
        "parent_id": None,
        "started_at": "2026-11-21T01:14:04.219131+00:00",
        "ended_at": "2026-11-21T01:14:05+00:00",
        "span_data": {"type": "function", "name": "search", "input": "{}", "output": "found"},
        "error": None,
    }
    item.update(fields)
    return Exported(item=item, span_data=Record())


class Published(unittest.TestCase):
    def test_every_capture_is_published_in_order_with_gapless_numbers(self):
        for name in names():
            with self.subTest(name):
                channel = Remembering()
                processor = processor_to(channel)
                replay(processor, name)
                processor.shutdown()
                messages = channel.messages
                self.assertEqual([m["seq"] for m in messages], list(range(len(messages))))
                self.assertEqual([m["type"] for m in (messages[0], messages[-1])], ["publisher.hello", "publisher.stats"])
                self.assertEqual({m["id"] for m in messages}, {f"{processor.publisher_id}-{m['seq']}" for m in messages})
                ends = sum(line["event"] == "span_end" for line in callbacks(name))
                self.assertEqual(sum(m["type"] == "span.end" for m in messages), ends)
                self.assertEqual(processor.stats["failed_callbacks"], 0)

    def test_model_and_usage_come_from_the_fields_that_only_the_process_has(self):
        channel = Remembering()
        processor = processor_to(channel)
        replay(processor, "01-support-handoff")
        processor.shutdown()
        calls = [m for m in channel.messages if m["type"] == "span.end" and m["kind"] == "llm"]
        self.assertEqual(calls[0]["model"], "gpt-5.4-2026-03-17")
        self.assertEqual(calls[0]["provider"], "openai")
        self.assertEqual(
            calls[0]["usage"],
            {
                "input_tokens": 412,
                "output_tokens": 58,
                "cached_input_tokens": 256,
                "cache_write_input_tokens": 0,
                "reasoning_output_tokens": 20,
                "scope": "leaf",
            },
        )
        turn = next(m for m in channel.messages if m["type"] == "span.end" and m["kind"] == "turn")
        self.assertEqual(turn["usage"]["scope"], "aggregate")
        self.assertRegex(turn["started_at"], r"^2026-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")

    def test_a_call_that_waits_is_pending_and_keeps_no_output(self):
        channel = Remembering()
        processor = processor_to(channel)
        replay(processor, "05-hitl-approve")
        processor.shutdown()
        kinds = [m["type"] for m in channel.messages if m["type"].startswith("approval.")]
        self.assertEqual(kinds, ["approval.requested", "approval.decided"])
        pending = [m for m in channel.messages if m.get("status") == "pending_approval"]
        self.assertEqual(len(pending), 1)
        self.assertNotIn("output", pending[0].get("detail", {}))
        self.assertNotIn("FunctionToolResult(", b"".join(channel.texts).decode())

    def test_content_stays_where_the_host_says_so(self):
        channel = Remembering()
        processor = processor_to(channel, include_detail=False)
        for name in names():
            replay(processor, name)
        processor.shutdown()
        self.assertFalse([m for m in channel.messages if "detail" in m])
        for word in ("charged", "INV-9", "kb-114"):
            self.assertNotIn(word, b"".join(channel.texts).decode())

    def test_a_redaction_hook_sees_every_text_and_its_failure_costs_the_value(self):
        def redact(path, value):
            if path.endswith(".output"):
                raise ValueError("no")
            return value.replace("4242", "****") if isinstance(value, str) else value

        channel = Remembering()
        processor = processor_to(channel, redact=redact)
        data = {"type": "function", "name": "pay", "input": '{"card":"4242"}', "output": "paid"}
        processor.on_span_end(span(1, span_data=data))
        processor.shutdown()
        end = next(m for m in channel.messages if m["type"] == "span.end")
        self.assertEqual(end["detail"], {"input": '{"card":"****"}'})


class Limits(unittest.TestCase):
    def test_long_texts_are_cut_at_a_character_and_say_so(self):
        channel = Remembering()
        processor = processor_to(channel, max_field_bytes=1000)
        text = "größe 📦 " * 1000
        processor.on_span_end(span(1, span_data={"type": "function", "name": "x", "input": "{}", "output": text}))
        processor.shutdown()
        output = next(m for m in channel.messages if m["type"] == "span.end")["detail"]["output"]
        self.assertTrue(output["truncated"])
        self.assertEqual(output["original_bytes"], len(text.encode()))
        self.assertTrue(text.startswith(output["text"]))

    def test_a_message_that_is_too_large_loses_its_content_and_nothing_else(self):
        channel = Remembering()
        processor = processor_to(channel)
        response = Record(model="gpt-5.4", usage=None, output=[{"text": "x" * 10_000}] * 200, instructions=None)
        big = span(1, span_data={"type": "response", "response_id": "r"})
        big.span_data = Record(input=None, response=response)
        processor.on_span_end(big)
        processor.on_span_end(span(2))
        processor.shutdown()
        first, second = [m for m in channel.messages if m["type"] == "span.end"]
        self.assertEqual(first["model"], "gpt-5.4")
        self.assertTrue(first["detail"]["truncated"])
        self.assertEqual(second["detail"]["output"], "found")
        self.assertTrue(all(len(text) <= 64 * 1024 for text in channel.texts))

    def test_what_json_does_not_hold_is_told_in_short(self):
        channel = Remembering()
        processor = processor_to(channel)
        odd = {"type": "custom", "name": "odd", "data": {"nan": float("nan"), "set": {1}, "half": "\ud800", "deep": {}}}
        odd["data"]["deep"] = odd["data"]  # a circle
        processor.on_span_end(span(1, span_data=odd))
        processor.on_span_end(span(2))
        processor.shutdown()
        self.assertEqual([m["span_id"] for m in channel.messages if m["type"] == "span.end"][-1], "span_" + "0" * 23 + "2")


class Faults(unittest.TestCase):
    def test_callbacks_cost_little_while_nobody_listens(self):
        processor = processor_to(Down())
        spans = [span(index) for index in range(1000)]
        started = time.perf_counter()
        for one in spans:
            processor.on_span_end(one)
        took_ms = (time.perf_counter() - started) * 1000
        self.assertEqual(processor.stats["queued"], 1000)
        # 50 ms on a machine that does nothing else; the bound here only tells I/O from none
        self.assertLess(took_ms, 500)

    def test_what_does_not_fit_is_counted_and_leaves_a_hole_in_the_numbers(self):
        channel = Remembering(fails=1_000_000)
        processor = processor_to(channel, max_queue=100)
        for index in range(250):
            processor.on_span_end(span(index))
        self.assertEqual(processor.stats["dropped"], 150)
        self.assertGreater(processor.stats["dropped_details"], 0)
        channel.fails = 0
        processor.force_flush()
        processor.shutdown()
        ends = [m for m in channel.messages if m["type"] == "span.end"]
        self.assertEqual([m["seq"] for m in ends], list(range(151, 251)))
        self.assertEqual(channel.messages[-1]["dropped"], 150)

    def test_what_did_not_get_through_is_published_again_in_its_order(self):
        channel = Remembering(fails=3)
        processor = processor_to(channel)
        for index in range(250):
            processor.on_span_end(span(index))
        processor.force_flush(10)
        processor.shutdown()
        self.assertEqual([m["seq"] for m in channel.messages], list(range(252)))
        self.assertLessEqual(channel.largest, 102)

    def test_what_is_refused_for_good_is_not_tried_again(self):
        channel = Remembering(fails=1, retry=False)
        processor = processor_to(channel)
        processor.on_span_end(span(1))
        processor.force_flush()
        processor.on_span_end(span(2))
        processor.shutdown()
        self.assertEqual([m["span_id"][-1] for m in channel.messages if m["type"] == "span.end"], ["2"])

    def test_hostile_objects_disturb_nobody(self):
        class Hostile:
            def export(self):
                raise RuntimeError("no")

        processor = processor_to(Remembering())
        for odd in (None, 7, Hostile(), Exported(item=None, span_data=None), Exported(item={"span_data": 7}, span_data=1)):
            processor.on_span_start(odd)
            processor.on_span_end(odd)
            processor.on_trace_start(odd)
            processor.on_trace_end(odd)
        processor.approvals(None)
        processor.shutdown()
        processor.shutdown()
        self.assertGreater(processor.stats["failed_callbacks"], 0)

    def test_many_threads_publish_every_span_once(self):
        channel = Remembering()
        processor = processor_to(channel)

        def work(first):
            for index in range(first, first + 200):
                processor.on_span_end(span(index))

        threads = [threading.Thread(target=work, args=(1000 * at,)) for at in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        processor.shutdown()
        ids = [m["span_id"] for m in channel.messages if m["type"] == "span.end"]
        self.assertEqual(len(ids), 1600)
        self.assertEqual(len(set(ids)), 1600)

    @unittest.skipUnless(hasattr(os, "fork"), "no fork on this system")
    def test_a_child_after_a_fork_is_a_publisher_of_its_own(self):
        channel = Remembering()
        processor = processor_to(channel)
        processor.on_span_end(span(1))
        processor.force_flush()
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            processor.on_span_end(span(2))
            processor.shutdown()
            told = [m["publisher"] for m in channel.messages if m["type"] == "span.end"]
            os.write(writing, json.dumps([told, processor.publisher_id, processor.stats["queued"]]).encode())
            os._exit(0)
        os.close(writing)
        os.waitpid(child, 0)
        told, publisher, queued = json.loads(os.read(reading, 65536))
        os.close(reading)
        self.assertEqual(told, [processor.publisher_id, publisher])
        self.assertNotEqual(publisher, processor.publisher_id)
        self.assertEqual(queued, 0)
        processor.shutdown()


class Decisions(unittest.TestCase):
    # made by the relay's own code with the key "a shared key of the tests"
    SIGNED = os.environ.get("SPANLIGHT_TEST_DECISION")

    def test_only_what_was_signed_with_the_key_is_a_decision(self):
        import hashlib
        import hmac

        def sign(message):
            canonical = json.dumps(message, sort_keys=True, separators=(",", ":"))
            return hmac.new(b"key", canonical.encode(), hashlib.sha256).hexdigest()

        message = {"v": 1, "type": "approval.decision", "project": "default", "approval_id": "call_1", "trace_id": "trace_1"}
        message["decision"] = "approved"
        message["sent_at"] = iso_now()
        sig = sign(message)
        self.assertEqual(verify_decision(json.dumps({**message, "sig": sig}), "key")["approval_id"], "call_1")
        self.assertIsNone(verify_decision(json.dumps({**message, "sig": sig}), "another key"))
        self.assertIsNone(verify_decision(json.dumps({**message, "decision": "rejected", "sig": sig}), "key"))
        of_shop = {**message, "project": "shop"}
        of_shop = json.dumps({**of_shop, "sig": sign(of_shop)})
        self.assertIsNone(verify_decision(of_shop, "key"))
        self.assertEqual(verify_decision(of_shop, "key", project="shop")["project"], "shop")
        bare = {name: value for name, value in message.items() if name != "project"}
        self.assertIsNone(verify_decision(json.dumps({**bare, "sig": sign(bare)}), "key"))
        whole = json.dumps({**message, "sig": sig})
        for seconds, is_taken in ((59, True), (-59, True), (61, False), (-61, False)):
            decision = verify_decision(whole, "key", now=lambda: time.time() + seconds)
            self.assertEqual(decision is not None, is_taken, seconds)
        self.assertIsNone(verify_decision(whole, "key", max_age_s=1, now=lambda: time.time() + 3))
        for sent_at in (None, "", "lately", 7, "9999-12-31T23:59:59-12:00"):
            odd = {**message, "sent_at": sent_at}
            self.assertIsNone(verify_decision(json.dumps({**odd, "sig": sign(odd)}), "key"))
        for odd in ("", "[]", "null", "{}", '{"sig":7}', "\ud800", "[" * 200_000):
            self.assertIsNone(verify_decision(odd, "key"))

    def test_the_relays_own_signature_is_right(self):
        if self.SIGNED is None:
            return  # run by the tests of the relay, which sign one
        decision = verify_decision(self.SIGNED, "a shared key of the tests")
        self.assertEqual(decision["decision"], "approved")


if __name__ == "__main__":
    unittest.main()
