"""The loops that somebody writes in an afternoon: what the peer's own times are held against.

usage: loop.py grpc|grpc-aio|rest|rest-lean ENDPOINT

For each line on stdin it makes so many calls, and prints the median of their times in ns.
"""

import asyncio
import http.client
import json
import os
import statistics
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import grpc
import httpx

from tollgate_peer.codecs.gen.recommendations_pb2 import (
    RecommendationRequest,
    RecommendationResponse,
)

METHOD = "/recommendations.Recommender/GetRecommendations"


def timed(call, calls):
    times = []
    for _ in range(calls):
        start = time.perf_counter_ns()
        ids = call()
        times.append(time.perf_counter_ns() - start)
        assert len(ids) == 10, ids
    return times


def over_grpc(endpoint):
    channel = grpc.insecure_channel(endpoint[len("http://") :])
    method = channel.unary_unary(METHOD, RecommendationRequest.SerializeToString, RecommendationResponse.FromString)
    return lambda: list(method(RecommendationRequest(user_id="user_3", max_results=10), timeout=5).product_ids)


def over_rest(endpoint):
    client = httpx.Client(base_url=endpoint, timeout=5)
    return lambda: client.post("/recommendations", json={"userId": "user_3", "maxResults": 10}).json()["productIds"]


def over_rest_lean(endpoint):
    client = http.client.HTTPConnection(endpoint[len("http://") :], timeout=5)

    def call():
        body = json.dumps({"userId": "user_3", "maxResults": 10})
        client.request("POST", "/recommendations", body, {"content-type": "application/json"})
        return json.loads(client.getresponse().read())["productIds"]

    return call


async def over_grpc_aio(endpoint):
    async with grpc.aio.insecure_channel(endpoint[len("http://") :]) as channel:
        method = channel.unary_unary(METHOD, RecommendationRequest.SerializeToString, RecommendationResponse.FromString)
        for line in sys.stdin:
            times = []
            for _ in range(int(line)):
                start = time.perf_counter_ns()
                reply = await method(RecommendationRequest(user_id="user_3", max_results=10), timeout=5)
                ids = list(reply.product_ids)
                times.append(time.perf_counter_ns() - start)
                assert len(ids) == 10, ids
            print(statistics.median_low(times), flush=True)


def main(transport, endpoint):
    if transport == "grpc-aio":
        asyncio.run(over_grpc_aio(endpoint))
        return
    call = {"grpc": over_grpc, "rest": over_rest, "rest-lean": over_rest_lean}[transport](endpoint)
    for line in sys.stdin:
        print(statistics.median_low(timed(call, int(line))), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
