// The loop that somebody writes in an afternoon: what the peer's own times are held against. For each
// line on stdin it makes so many calls, and prints the median of their times in ns.
//
// usage: minimal grpc|rest|cgo|purego ENDPOINT
//
// Calls in one process are timed in groups of so many: a clock read takes as long as some of them.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"tollgate.dev/peers/go/internal/gen"
)

func main() {
	by := map[string]func(string) func() int{
		"grpc": overGRPC, "rest": overREST, "cgo": byCgo, "purego": byPurego,
	}
	call, group := by[os.Args[1]](os.Args[2]), 1
	if strings.HasPrefix(os.Args[2], "lib:") {
		group = 64
	}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		calls, err := strconv.Atoi(lines.Text())
		check(err)
		times := make([]time.Duration, 0, calls)
		for range calls {
			ids := 0
			start := time.Now()
			for range group {
				ids = call()
			}
			times = append(times, time.Since(start))
			if ids != 10 {
				log.Fatalf("%d ids", ids)
			}
		}
		slices.Sort(times)
		fmt.Println(float64(times[(len(times)-1)/2].Nanoseconds()) / float64(group))
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func overGRPC(endpoint string) func() int {
	conn, err := grpc.NewClient(strings.TrimPrefix(endpoint, "http://"),
		grpc.WithTransportCredentials(insecure.NewCredentials()))
	check(err)
	client := gen.NewRecommenderClient(conn)
	return func() int {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		reply, err := client.GetRecommendations(ctx,
			&gen.RecommendationRequest{UserId: "user_3", MaxResults: 10})
		check(err)
		return len(reply.ProductIds)
	}
}

func overREST(endpoint string) func() int {
	type request struct {
		UserID     string `json:"userId"`
		MaxResults int    `json:"maxResults"`
	}
	client := &http.Client{Timeout: 5 * time.Second}
	return func() int {
		body, err := json.Marshal(request{"user_3", 10})
		check(err)
		answer, err := client.Post(endpoint+"/recommendations", "application/json", bytes.NewReader(body))
		check(err)
		defer answer.Body.Close()
		var reply struct {
			ProductIDs []string `json:"productIds"`
		}
		check(json.NewDecoder(answer.Body).Decode(&reply))
		return len(reply.ProductIDs)
	}
}
